import { createClient, type Client } from "agentexchange/core";
import {
  createExchange,
  seededFaults,
  seededStreamFaults,
  type Exchange,
  type FaultChooser,
  type Fidelity,
  type StreamFaults,
} from "agentexchange/exchange";
import { batch, signal } from "@preact/signals";
import { resetCalls, messageOf, recordFailure, recordRequests } from "./calls.ts";
import { DEMO_HISTORY, registerDemoAccount } from "../../../src/exchange/demoAccount.ts";
import { scaledClock, type ScaledClock } from "../../../src/exchange/time/scaledClock.ts";

/** The page's data source. */
export interface Link {
  readonly kind: "embedded" | "service";
  /** Display name of the data source. */
  readonly name: string;
  /** Of a service; empty for an exchange inside the page. */
  readonly address: string;
  readonly client: Client;
  /** For work that goes on while the speed changes: its timeouts are in real time. */
  readonly workClient: Client;
  /** Whether the client has an account. */
  readonly hasAccount: boolean;
  /** What a service knows the client by. */
  readonly credential: "key" | "token";
  /** Speed of its clock; 1 is real time. */
  readonly speed: number;
  /** Its current time in Unix milliseconds. */
  now(): number;
  /** A client of a fork of the exchange, for previews; null for a service. */
  fork(): Client | null;
  /** Replaces this link by one that runs at another speed; null for a service. */
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
/** Milliseconds, also for the first answer of a service. */
export const TIMEOUT = 30_000;
/**
 * A large board asks for a hundred figures at once. With six connections of a browser to a service that takes three
 * seconds, the last waits for almost a minute, and as long for the client's own rate limit.
 */
export const SERVICE_TIMEOUT = 120_000;
export const RETRY = { attempts: 3, baseDelay: 250, maxDelay: 2000 } as const;

/** Fault rates while faults are on: one request in three. */
const FAULT_RATES = {
  refuse: 0.06,
  "reset-before": 0.06,
  "reset-after": 0.04,
  "5xx-before": 0.08,
  "5xx-after": 0.03,
  "truncated-body": 0.04,
  delay: 0.02,
} as const;

/** Fault rates per stream frame; lower, because there are more of them than of requests. */
const STREAM_FAULT_RATES = { refuse: 0.2, cut: 0.01, close: 0.01, drop: 0.02 } as const;

export const link = signal<Link | null>(null);
/** Number of connections opened; each has its own account and prices. */
export const connectionCount = signal(0);
export const linkState = signal<LinkState>({ kind: "opening" });
export const embedded = signal<EmbeddedSettings>({ seed: 7, fidelity: "declared" });
export const speed = signal(1);
/** Latency of the embedded exchange in milliseconds. */
export const latency = signal(80);
/** Whether faults are injected into the connection to the embedded exchange. */
export const faults = signal(false);

/** Opens a new embedded exchange with an account that has traded for a day. */
export async function openEmbedded(settings: EmbeddedSettings): Promise<void> {
  embedded.value = settings;
  await replaceLink(async () => {
    const clock = scaledClock();
    const present = clock.now();
    clock.setTo(present - DEMO_HISTORY);
    const faultSwitch = { isExempt: true };
    const exchange = createExchange({
      ...settings,
      clock,
      faults: createFaults(settings.seed, faultSwitch),
      streamFaults: createStreamFaults(settings.seed),
    });
    const { apiKey } = await registerDemoAccount(exchange, clock, present);
    faultSwitch.isExempt = false;
    clock.run({ speed: speed.peek() });
    const { baseUrl } = exchange.connection;
    const watch = recordRequests(delayed(exchange), 1);
    const workClient = createClient({ baseUrl, apiKey, timeout: TIMEOUT, retry: RETRY, ...watch });
    return embeddedLink({ exchange, clock, apiKey, faultSwitch, workClient, clients: [] });
  });
}

let attempt = new AbortController();

/** Gives up the connection that is being opened. The present one stays. */
export function cancelOpening(): void {
  attempt.abort(new Error("Cancelled."));
}

/** Puts another link in the place of the present one, which stays if that fails. A later attempt ends an earlier one. */
export async function replaceLink(make: (abort: AbortSignal) => Promise<Link>): Promise<void> {
  attempt.abort(new Error("Another connection is opened instead."));
  const current = new AbortController();
  attempt = current;
  const abort = current.signal;
  linkState.value = { kind: "opening" };
  try {
    const next = await make(abort);
    if (abort.aborted) next.close();
    abort.throwIfAborted();
    const before = link.peek();
    // At once: what follows the connection must not see the old one without its refusal, or closed.
    batch(() => {
      resetCalls(next.credential);
      connectionCount.value += 1;
      link.value = next;
      linkState.value = { kind: "open" };
    });
    before?.close();
  } catch (error) {
    const problem: unknown = abort.aborted ? abort.reason : error;
    if (!abort.aborted) recordFailure("connect", error);
    // The previous connection stays open.
    if (attempt === current)
      linkState.value = link.peek() === null ? { kind: "failed", message: messageOf(problem) } : { kind: "open" };
    throw problem;
  }
}

/** Whether a request is exempt from faults. */
interface FaultSwitch {
  isExempt: boolean;
}

interface EmbeddedExchange {
  readonly exchange: Exchange;
  readonly clock: ScaledClock;
  readonly apiKey: string;
  readonly faultSwitch: FaultSwitch;
  readonly workClient: Client;
  /** One for each speed so far. What an earlier one has sent is still answered to it. */
  readonly clients: Client[];
}

/** Sets the speed of the embedded exchange's clock. */
export function setSpeed(next: number): void {
  speed.value = next;
  const same = link.peek()?.atSpeed(next) ?? null;
  if (same !== null) link.value = same;
}

function embeddedLink(embeddedExchange: EmbeddedExchange): Link {
  const { exchange, clock, apiKey, faultSwitch, workClient, clients } = embeddedExchange;
  const rate = speed.peek();
  const watch = recordRequests(delayed(exchange), rate);
  // The client uses the exchange's clock, so its timeouts are scaled to stay constant in real time.
  const client = createClient({
    ...exchange.connection,
    apiKey,
    timeout: TIMEOUT * rate,
    retry: { attempts: RETRY.attempts, baseDelay: RETRY.baseDelay * rate, maxDelay: RETRY.maxDelay * rate },
    ...watch,
  });
  clients.push(client);
  return {
    kind: "embedded",
    name: "the embedded exchange",
    address: "",
    client,
    workClient,
    hasAccount: true,
    credential: "key",
    speed: rate,
    now: () => clock.now(),
    fork() {
      const copy = exchange.fork();
      const fetch = (url: string, init: RequestInit): Promise<Response> => {
        // The fault is chosen synchronously, before anything is awaited.
        faultSwitch.isExempt = true;
        const answer = copy.fetch(url, init);
        faultSwitch.isExempt = false;
        return answer;
      };
      return createClient({ ...copy.connection, fetch, apiKey, timeout: TIMEOUT * rate, retry: false });
    },
    atSpeed(next) {
      clock.run({ speed: next });
      return embeddedLink(embeddedExchange);
    },
    close() {
      for (const each of [...clients, workClient]) void each.close();
      exchange.close();
    },
  };
}

/** Requests of an exchange with the latency that is chosen. */
function delayed(exchange: Exchange): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const response = await exchange.fetch(url, init);
    await delay(latency.peek(), init.signal ?? undefined);
    return response;
  };
}

function createFaults(seed: number, faultSwitch: FaultSwitch): FaultChooser {
  const choose = seededFaults({ seed, rates: FAULT_RATES });
  return (request) => (faults.peek() && !faultSwitch.isExempt ? choose(request) : undefined);
}

function createStreamFaults(seed: number): StreamFaults {
  const choose = seededStreamFaults({ seed, rates: STREAM_FAULT_RATES });
  return (frame) => (faults.peek() ? choose(frame) : undefined);
}

/** Resolves after a delay; rejects with the signal's reason on abort. */
function delay(ms: number, abort: AbortSignal | undefined): Promise<void> {
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
