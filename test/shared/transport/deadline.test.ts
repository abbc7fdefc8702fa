// A call ends by its timeout, the caller's abort or the closing of the client, in every phase.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import {
  ClientClosedError,
  ConnectionError,
  RateLimitError,
  ServerError,
  TimeoutError,
} from "../../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import { virtualClock, type VirtualClock } from "../../../src/exchange/index.ts";
import type { CallOptions, ClientOptions, ResponseEvent } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import {
  brokenConnection,
  neverSettles,
  hanging,
  hungBody,
  errorResponse,
  scripted,
  type Answer,
  type Script,
} from "../../support/scripted.ts";

const key = "ak_live_of_the_account";
const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;

interface Phase {
  readonly name: string;
  /** What the message of a timeout says the call was doing. */
  readonly doing: string;
  readonly answer: Answer;
  readonly options?: ClientOptions;
  /** Requests that the call has sent by its end. */
  readonly attempts: number;
  readonly work?: (client: AgentExchangeClient, options: CallOptions) => Promise<unknown>;
  /** How it ends after its timeout; by default with a TimeoutError. */
  readonly late?: { readonly timeout?: number; readonly kind: Kind; readonly fields?: object; readonly words?: string };
  /** How it ends when the client is closed. */
  readonly closed?: Kind;
}

type Kind = abstract new (...parameters: never[]) => Error;

const phases: readonly Phase[] = [
  {
    name: "logging in",
    doing: "logging in",
    answer: hanging,
    options: { apiKey: key, apiSecret: "sk_live_x", token: "login" },
    attempts: 0,
  },
  {
    name: "getting a token from a function",
    doing: "logging in",
    answer: () => answers.balance(),
    options: { apiKey: undefined, token: () => new Promise<string>(() => {}) },
    attempts: 0,
  },
  { name: "waiting for headers", doing: "waiting for the response", answer: hanging, attempts: 1 },
  {
    name: "waiting for headers, ignoring the signal",
    doing: "waiting for the response",
    answer: neverSettles,
    attempts: 1,
  },
  { name: "reading a hung body", doing: "waiting for the response", answer: () => hungBody(), attempts: 1 },
  {
    name: "backing off",
    doing: "waiting to try again",
    answer: () => errorResponse(503, "SERVICE_UNAVAILABLE", {}, { "retry-after": "3" }),
    attempts: 1,
    // A delay that exceeds the timeout is not started; the call rejects with the error itself.
    late: { kind: ServerError, fields: { code: "SERVICE_UNAVAILABLE", attempts: 1 } },
  },
  {
    name: "looking up the agent",
    doing: "looking up the agent",
    answer: ({ method }) => (method === "POST" ? answers.noAgent() : neverSettles()),
    attempts: 1,
    work: (client, options) => client.placeMarketOrder(order, options),
    late: { kind: OrderOutcomeUnknownError },
    closed: OrderOutcomeUnknownError,
  },
  {
    name: "waiting in the queue",
    doing: "waiting for the rate limit",
    answer: () => errorResponse(429, "RATE_LIMIT_EXCEEDED", { retry_after_seconds: 4 }),
    options: { retry: { attempts: 9 } },
    attempts: 1,
    // The limiter immediately rejects a call whose wait would exceed its timeout.
    late: { timeout: 6000, kind: RateLimitError, fields: { code: "RATE_LIMIT_EXCEEDED", attempts: 2 } },
  },
];

function start(
  phase: Phase,
  options: ClientOptions = {},
): {
  clock: VirtualClock;
  server: Script;
  client: AgentExchangeClient;
  work: (options: CallOptions) => Promise<unknown>;
} {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const server = scripted(phase.answer, clock);
  const client = new AgentExchangeClient({
    apiKey: key,
    clock,
    fetch: server.fetch,
    retry: { random: () => 0.99 },
    ...phase.options,
    ...options,
  });
  const work = phase.work ?? ((it: AgentExchangeClient, limits: CallOptions) => it.getBalance(limits));
  return { clock, server, client, work: (limits) => work(client, limits) };
}

describe.each(phases)("$name", (phase) => {
  test("ends after its timeout with an error that says what it was doing", async () => {
    const { clock, work } = start(phase);
    const inTime: NonNullable<Phase["late"]> = {
      kind: TimeoutError,
      words: `timed out after 2000 ms while ${phase.doing}.`,
      fields: { code: "TIMEOUT", attempts: phase.attempts, retryable: true, status: null },
    };
    const { timeout = 2000, kind, words = "", fields = {} } = phase.late ?? inTime;
    const error = await failure(clock, work({ timeout }), 60_000);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject(fields);
    expect((error as Error).message).toContain(words);
    expect(clock.elapsed()).toBeLessThanOrEqual(timeout + 250);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("an abort rejects with the caller's own reason and leaves no timer", async () => {
    const { clock, work, server } = start(phase);
    const caller = new AbortController();
    const reason = { why: "enough" };
    const call = work({ signal: caller.signal });
    call.catch(() => {});
    await clock.advance(1000);
    caller.abort(reason);
    await expect(call).rejects.toBe(reason);
    const sent = server.sent.length;
    await clock.advance(0);
    expect(clock.pending).toBe(0);
    await clock.advance(120_000);
    expect(server.sent).toHaveLength(sent);
  });

  test("close() ends it and leaves no timer", async () => {
    const { clock, work, client } = start(phase);
    const call = work({});
    call.catch(() => {});
    await clock.advance(1000);
    await client.close();
    const error = await failure(clock, call, 1000);
    expect(error).toBeInstanceOf(phase.closed ?? ClientClosedError);
    await clock.advance(0);
    expect(clock.pending).toBe(0);
    await expect(work({})).rejects.toBeInstanceOf(ClientClosedError);
  });
});

describe("a call", () => {
  const hung: Phase = { name: "", doing: "", answer: hanging, attempts: 1 };

  test("a signal that is already aborted sends nothing", async () => {
    const { server, work } = start(hung);
    const reason = new Error("before");
    await expect(work({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.sent).toHaveLength(0);
  });

  test("an observer that aborts sends nothing", async () => {
    const caller = new AbortController();
    const reason = new Error("by the observer");
    const { server, client } = start(
      { ...hung, answer: () => answers.placed() },
      { onRequest: () => caller.abort(reason) },
    );
    await expect(client.placeMarketOrder(order, { signal: caller.signal })).rejects.toBe(reason);
    expect(server.sent).toHaveLength(0);
  });

  test("the call's timeout takes precedence over the client's", async () => {
    const { clock, work } = start(hung, { timeout: 700 });
    await failure(clock, work({}));
    expect(clock.elapsed()).toBe(750);
    const began = clock.elapsed();
    await failure(clock, work({ timeout: 50 }));
    expect(clock.elapsed() - began).toBeLessThanOrEqual(250);
  });

  test("without a timeout it waits forever", async () => {
    const { clock, work } = start(hung);
    const caller = new AbortController();
    const call = work({ timeout: Infinity, signal: caller.signal });
    call.catch(() => {});
    expect(clock.pending).toBe(0);
    await clock.advance(86_400_000);
    caller.abort("enough");
    await expect(call).rejects.toBe("enough");
  });

  test("an abort at the same time as another failure rejects with its reason, or else with a typed error", async () => {
    const ends: unknown[] = [];
    for (let turns = 0; turns < 40; turns++) {
      const caller = new AbortController();
      const reason = new Error("the caller's own");
      const breakOff = async (): Promise<never> => {
        // The first listener aborts the others, some microtasks later.
        void (async () => {
          for (let turn = 0; turn < turns; turn++) await Promise.resolve();
          caller.abort(reason);
        })();
        throw brokenConnection();
      };
      const { clock, client } = start({ ...hung, answer: breakOff }, { retry: false });
      const end = await failure(clock, client.getBalance({ signal: caller.signal }));
      ends.push(end === reason ? "reason" : (end as Error).constructor);
    }
    expect(new Set(ends)).toEqual(new Set(["reason", ConnectionError]));
  });

  test.each(["rejects", "never settles"])("a fetch that ignores its signal and %s late has no effect", async (how) => {
    const clock = virtualClock();
    const late = (): Promise<Response> =>
      new Promise((_resolve, reject) => {
        if (how === "rejects") clock.setTimeout(() => reject(brokenConnection()), 5000);
      });
    const client = new AgentExchangeClient({ clock, fetch: late });
    expect(await failure(clock, client.getPrice("BTCUSDT", { timeout: 100 }))).toBeInstanceOf(TimeoutError);
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
  });

  test("the body of a late response is cancelled if fetch ignores its signal", async () => {
    const clock = virtualClock();
    let cancelled = false;
    const body = new ReadableStream({ cancel: () => void (cancelled = true) });
    const late = (): Promise<Response> =>
      new Promise((resolve) => void clock.setTimeout(() => resolve(new Response(body)), 5000));
    const client = new AgentExchangeClient({ clock, fetch: late });
    expect(await failure(clock, client.getPrice("BTCUSDT", { timeout: 100 }))).toBeInstanceOf(TimeoutError);
    await clock.advance(10_000);
    expect(cancelled).toBe(true);
  });

  test("a timeout before anything was sent says that the order can be placed again", async () => {
    const { clock, client } = start(phases[0] as Phase);
    const error = await failure(clock, client.placeMarketOrder(order, { timeout: 1000 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ retryable: true, attempts: 0 });
  });

  test("a timeout of a write that was sent says that it cannot be repeated", async () => {
    const { clock, client } = start(hung);
    const error = await failure(clock, client.createAgent({ displayName: "scalper" }, { timeout: 1000 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ retryable: false, attempts: 1 });
  });

  test.each([
    ["a timeout", "TIMEOUT", (_caller: AbortController) => {}],
    ["an abort", "ABORTED", (caller: AbortController) => caller.abort("enough")],
  ])("observers are notified of the end by %s", async (_name, code, end) => {
    const heard: ResponseEvent[] = [];
    const { clock, work } = start(hung, { onResponse: (event) => heard.push(event) });
    const caller = new AbortController();
    const call = work({ timeout: 1000, signal: caller.signal });
    call.catch(() => {});
    await clock.advance(500);
    end(caller);
    await failure(clock, call);
    expect(heard).toMatchObject([{ name: "getBalance", status: null, code }]);
  });
});

test("a long-lived signal has no listeners left after a thousand calls", async () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const caller = new AbortController();
  let listeners = 0;
  const { signal } = caller;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...parameters: Parameters<typeof add>) => {
    listeners++;
    add(...parameters);
  };
  signal.removeEventListener = (...parameters: Parameters<typeof remove>) => {
    listeners--;
    remove(...parameters);
  };
  const fails = [
    () => answers.price(),
    () => answers.price(),
    () => errorResponse(400, "INVALID_SYMBOL"),
    () => Promise.reject(brokenConnection()),
    hanging,
  ] as const;
  const server = scripted((sent, index) => (fails[index % fails.length] as Answer)(sent, index));
  const client = new AgentExchangeClient({ clock, fetch: server.fetch, retry: false, timeout: 1000 });
  const calls = Array.from({ length: 1000 }, () => client.getPrice("BTCUSDT", { signal }));
  expect(listeners).toBe(1000);
  const results = await drive(clock, Promise.allSettled(calls));
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
  expect(listeners).toBe(0);
  expect(clock.pending).toBe(0);
});
