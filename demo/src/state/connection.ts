import { AgentExchangeClient } from "agentexchange";
import {
  createExchange,
  seededFaults,
  seededStreamFaults,
  type Exchange,
  type FaultChooser,
  type Fidelity,
  type StreamFaults,
} from "agentexchange/exchange";
import { computed, signal } from "@preact/signals";
import { forgetCalls, messageOf, noteFailure, traffic, watched } from "./calls.ts";
import { adjustableClock, type AdjustableClock } from "./clock.ts";
import { PAST, STARTING_BALANCE, tellStory } from "./story.ts";

/** What the page talks to. */
export interface Link {
  readonly kind: "embedded" | "service";
  /** For people: where the figures come from. */
  readonly name: string;
  readonly client: AgentExchangeClient;
  /** Whether there is an account to look at. */
  readonly hasAccount: boolean;
  /** How fast its time runs. */
  readonly speed: number;
  /** Its time, in Unix milliseconds. */
  now(): number;
  /** A client on a copy of the exchange, to try things on; null where there is no exchange to copy. */
  fork(): AgentExchangeClient | null;
  /** The same with its time running so many times as fast, instead of this one; null where time is not ours. */
  atSpeed(speed: number): Link | null;
  close(): void;
}

export interface EmbeddedSettings {
  readonly seed: number;
  readonly fidelity: Fidelity;
}

export type LinkState =
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  | { readonly kind: "failed"; readonly message: string };

export const SPEEDS = [1, 10, 60] as const;
const TIMEOUT = 8000;
const RETRY = { attempts: 3, baseDelay: 250, maxDelay: 2000 } as const;

/** What goes wrong while faults are switched on: one request in three. */
const FAULT_RATES = {
  refuse: 0.06,
  "reset-before": 0.06,
  "reset-after": 0.04,
  "5xx-before": 0.08,
  "5xx-after": 0.03,
  "truncated-body": 0.04,
  delay: 0.02,
} as const;

/** The same for frames of the stream, of which there are many. */
const STREAM_FAULT_RATES = { refuse: 0.2, cut: 0.002, close: 0.002, drop: 0.02 } as const;

export const link = signal<Link | null>(null);
/** How many connections were opened: each has an account and prices of its own. */
export const opened = signal(0);
export const linkState = signal<LinkState>({ kind: "opening" });
export const embedded = signal<EmbeddedSettings>({ seed: 7, fidelity: "declared" });
export const speed = signal(1);
/** Milliseconds that every answer of the embedded exchange is on its way. */
export const latency = signal(80);
/** Whether the line to the embedded exchange is a bad one. */
export const faults = signal(false);

export type Health = "opening" | "connected" | "recovering" | "unreachable";

export const health = computed<Health>(() => {
  if (linkState.value.kind === "opening") return "opening";
  if (linkState.value.kind === "failed") return "unreachable";
  const latest = traffic.value.latest.slice(-12);
  const failed = latest.filter((succeeded) => !succeeded).length;
  if (failed === 0) return "connected";
  return failed > latest.length * 0.7 ? "unreachable" : "recovering";
});

/** Opens a new exchange inside the page, with an account that has traded for a day. */
export async function openEmbedded(settings: EmbeddedSettings): Promise<void> {
  embedded.value = settings;
  await open(async () => {
    const clock = adjustableClock();
    const present = clock.now();
    clock.setTo(present - PAST);
    const line = { quiet: true };
    const exchange = createExchange({
      ...settings,
      clock,
      faults: faultsOf(settings.seed, line),
      streamFaults: streamFaultsOf(settings.seed),
    });
    const { apiKey } = await exchange.register({ displayName: "Demo", startingBalance: STARTING_BALANCE });
    const teller = new AgentExchangeClient({ ...exchange.connection, apiKey });
    await tellStory(teller, clock, present);
    await teller.close();
    line.quiet = false;
    clock.run(speed.peek());
    return embeddedLink({ exchange, clock, apiKey, line });
  });
}

/** Talks to a real service from now on. The key stays in this page's memory. */
export async function openService(baseUrl: string, apiKey: string): Promise<void> {
  await open(async () => {
    const watch = watched((url, init) => globalThis.fetch(url, init), 1);
    const key = apiKey === "" ? undefined : apiKey;
    const client = new AgentExchangeClient({ baseUrl, apiKey: key, timeout: TIMEOUT, retry: RETRY, ...watch });
    try {
      await client.health();
    } catch (error) {
      await client.close();
      throw error;
    }
    return {
      kind: "service",
      name: new URL(baseUrl).host,
      client,
      hasAccount: key !== undefined,
      speed: 1,
      now: () => Date.now(),
      fork: () => null,
      atSpeed: () => null,
      close: () => void client.close(),
    };
  });
}

async function open(make: () => Promise<Link>): Promise<void> {
  linkState.value = { kind: "opening" };
  try {
    const next = await make();
    link.peek()?.close();
    forgetCalls();
    opened.value += 1;
    link.value = next;
    linkState.value = { kind: "open" };
  } catch (error) {
    noteFailure("connect", error);
    // What was there before goes on.
    linkState.value = link.peek() === null ? { kind: "failed", message: messageOf(error) } : { kind: "open" };
    throw error;
  }
}

/** Whether faults pass this line by. */
interface Line {
  quiet: boolean;
}

interface Box {
  readonly exchange: Exchange;
  readonly clock: AdjustableClock;
  readonly apiKey: string;
  readonly line: Line;
}

/** Lets the time of the embedded exchange run so many times as fast. */
export function setSpeed(next: number): void {
  speed.value = next;
  const same = link.peek()?.atSpeed(next) ?? null;
  if (same !== null) link.value = same;
}

function embeddedLink(box: Box): Link {
  const { exchange, clock, apiKey, line } = box;
  const rate = speed.peek();
  const watch = watched(async (url, init) => {
    const response = await exchange.fetch(url, init);
    await pass(latency.peek(), init.signal ?? undefined);
    return response;
  }, rate);
  // The client lives in the exchange's time; its patience is that of whoever looks at the page.
  const client = new AgentExchangeClient({
    ...exchange.connection,
    apiKey,
    timeout: TIMEOUT * rate,
    retry: { attempts: RETRY.attempts, baseDelay: RETRY.baseDelay * rate, maxDelay: RETRY.maxDelay * rate },
    ...watch,
  });
  return {
    kind: "embedded",
    name: "the exchange inside this page",
    client,
    hasAccount: true,
    speed: rate,
    now: () => clock.now(),
    fork() {
      const copy = exchange.fork();
      const fetch = (url: string, init: RequestInit): Promise<Response> => {
        // What befalls a request is chosen at once, before anything is awaited.
        line.quiet = true;
        const answer = copy.fetch(url, init);
        line.quiet = false;
        return answer;
      };
      return new AgentExchangeClient({ ...copy.connection, fetch, apiKey, timeout: TIMEOUT * rate, retry: false });
    },
    atSpeed(next) {
      void client.close();
      clock.run(next);
      return embeddedLink(box);
    },
    close() {
      void client.close();
      exchange.close();
    },
  };
}

function faultsOf(seed: number, line: Line): FaultChooser {
  const choose = seededFaults({ seed, rates: FAULT_RATES });
  return (request) => (faults.peek() && !line.quiet ? choose(request) : undefined);
}

function streamFaultsOf(seed: number): StreamFaults {
  const choose = seededStreamFaults({ seed, rates: STREAM_FAULT_RATES });
  return (moment) => (faults.peek() ? choose(moment) : undefined);
}

/** Waits; an abort ends it with the abort's reason. */
function pass(ms: number, abort: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      abort?.removeEventListener("abort", aborted);
      resolve();
    }, ms);
    const aborted = (): void => {
      clearTimeout(timer);
      reject(abort?.reason as Error);
    };
    abort?.addEventListener("abort", aborted, { once: true });
  });
}
