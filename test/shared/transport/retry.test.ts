// Which calls are retried, how often, and with which error they end: for each effect and each kind of failure.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import {
  AgentExchangeError,
  AuthenticationError,
  ConnectionError,
  InvalidSymbolError,
  RateLimitError,
  ResponseError,
  ServerError,
  ValidationError,
} from "../../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import type { ClientOptions, ResponseEvent } from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { brokenConnection, errorResponse, refusedConnection, scripted, type Answer } from "../../support/scripted.ts";

const id = "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33";
const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;

const calls = {
  read: (client: AgentExchangeClient) => client.getBalance(),
  cancel: (client: AgentExchangeClient) => client.cancelAllOrders(),
  order: (client: AgentExchangeClient) => client.placeMarketOrder(order),
  write: (client: AgentExchangeClient) => client.createAgent({ displayName: "scalper" }),
} as const;

type EffectName = keyof typeof calls;
type Kind = abstract new (...parameters: never[]) => Error;
/** Number of requests, the error, its code, and whether it is retryable. */
type Expected = readonly [requests: number, kind: Kind, code: string, retryable: boolean];

const unknown: Expected = [1, OrderOutcomeUnknownError, "ORDER_OUTCOME_UNKNOWN", false];
const broken = (message: string, code?: string) => (): never => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(message), code === undefined ? {} : { code }) });
};

const table: readonly (readonly [name: string, answer: Answer, expected: Readonly<Record<EffectName, Expected>>])[] = [
  [
    "no connection",
    () => {
      throw refusedConnection();
    },
    all([3, ConnectionError, "CONNECTION_FAILED", true]),
  ],
  [
    "no such host",
    broken("getaddrinfo ENOTFOUND exchange.example", "ENOTFOUND"),
    all([3, ConnectionError, "CONNECTION_FAILED", true]),
  ],
  [
    "a connection that breaks",
    () => {
      throw brokenConnection();
    },
    safe([3, ConnectionError, "CONNECTION_FAILED", true], [1, ConnectionError, "CONNECTION_FAILED", false]),
  ],
  [
    "a connection that breaks",
    broken("read EHOSTUNREACH", "EHOSTUNREACH"),
    safe([3, ConnectionError, "CONNECTION_FAILED", true], [1, ConnectionError, "CONNECTION_FAILED", false]),
  ],
  [
    "an established connection that fails with the code of a refused one",
    broken("read ECONNREFUSED", "ECONNREFUSED"),
    safe([3, ConnectionError, "CONNECTION_FAILED", true], [1, ConnectionError, "CONNECTION_FAILED", false]),
  ],
  [
    "a message that contains the URL",
    broken("error sending request for url (http://localhost:8000/dns/connection refused): connection reset"),
    safe([3, ConnectionError, "CONNECTION_FAILED", true], [1, ConnectionError, "CONNECTION_FAILED", false]),
  ],
  [
    "500",
    () => errorResponse(500, "INTERNAL_ERROR"),
    safe([3, ServerError, "INTERNAL_ERROR", true], [1, ServerError, "INTERNAL_ERROR", false]),
  ],
  [
    "502 in HTML",
    () => new Response("<html>", { status: 502 }),
    safe([3, ServerError, "HTTP_502", true], [1, ServerError, "HTTP_502", false]),
  ],
  [
    "504 with nothing",
    () => new Response(null, { status: 504 }),
    safe([3, ServerError, "HTTP_504", true], [1, ServerError, "HTTP_504", false]),
  ],
  [
    "501",
    () => new Response(null, { status: 501 }),
    safe([1, ServerError, "HTTP_501", false], [1, ServerError, "HTTP_501", false]),
  ],
  [
    "408 of a proxy",
    () => new Response("<html>", { status: 408 }),
    safe([3, AgentExchangeError, "HTTP_408", true], [1, AgentExchangeError, "HTTP_408", false]),
  ],
  [
    "429",
    () => errorResponse(429, "RATE_LIMIT_EXCEEDED", { limit: 100, retry_after_seconds: 2 }),
    all([3, RateLimitError, "RATE_LIMIT_EXCEEDED", true]),
  ],
  [
    "503 PRICE_NOT_AVAILABLE",
    () => errorResponse(503, "PRICE_NOT_AVAILABLE", { symbol: "BTCUSDT" }),
    all([3, InvalidSymbolError, "PRICE_NOT_AVAILABLE", true]),
  ],
  [
    "401 INVALID_API_KEY",
    () => errorResponse(401, "INVALID_API_KEY"),
    all([1, AuthenticationError, "INVALID_API_KEY", false]),
  ],
  [
    "401 INVALID_TOKEN, with a key",
    () => errorResponse(401, "INVALID_TOKEN"),
    all([1, AuthenticationError, "INVALID_TOKEN", false]),
  ],
  [
    "422",
    () =>
      Response.json({ detail: [{ type: "missing", loc: ["body", "symbol"], msg: "Field required" }] }, { status: 422 }),
    all([1, ValidationError, "VALIDATION_ERROR", false]),
  ],
  [
    "a redirect",
    () => new Response(null, { status: 308, headers: { location: "https://elsewhere.example/" } }),
    all([1, AgentExchangeError, "HTTP_308", false]),
  ],
  [
    "truncated JSON",
    () => new Response('{"order_id":"9f0c', { status: 201 }),
    safe([3, ResponseError, "BROKEN_BODY", true], [1, ResponseError, "BROKEN_BODY", false]),
  ],
  [
    "HTML with 200",
    () => new Response("<html>welcome to this hotel</html>", { headers: { "content-type": "text/html" } }),
    safe([3, ResponseError, "BROKEN_BODY", true], [1, ResponseError, "BROKEN_BODY", false]),
  ],
  [
    "nothing with 200",
    () => new Response(null, { status: 200 }),
    safe([1, ResponseError, "UNEXPECTED_ANSWER", false], [1, ResponseError, "UNEXPECTED_ANSWER", false]),
  ],
  [
    "204",
    () => new Response(null, { status: 204 }),
    safe([1, ResponseError, "UNEXPECTED_ANSWER", false], [1, ResponseError, "UNEXPECTED_ANSWER", false]),
  ],
  [
    "JSON of another kind",
    () => Response.json(["hello"]),
    safe([1, ResponseError, "UNEXPECTED_ANSWER", false], [1, ResponseError, "UNEXPECTED_ANSWER", false]),
  ],
];

/** The same for every effect: certainly not executed, or certainly final. */
function all(expected: Expected): Readonly<Record<EffectName, Expected>> {
  return { read: expected, cancel: expected, order: expected, write: expected };
}

/** May have been executed: retried if that is harmless; unknown for an order. */
function safe(repeatable: Expected, write: Expected): Readonly<Record<EffectName, Expected>> {
  return { read: repeatable, cancel: repeatable, order: unknown, write };
}

function setUp(answer: Answer, options: ClientOptions = {}) {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const server = scripted(answer, clock);
  const client = new AgentExchangeClient({ apiKey: "ak_live_x", clock, fetch: server.fetch, ...options });
  return { clock, server, client };
}

describe.each(table)("%s", (_name, answer, expected) => {
  test.each(Object.keys(calls) as EffectName[])("%s", async (effect) => {
    const [requests, kind, code, retryable] = expected[effect];
    const { clock, server, client } = setUp(answer);
    const error = (await failure(clock, calls[effect](client))) as AgentExchangeError;
    expect(error.constructor).toBe(kind);
    expect(error).toMatchObject({ code, retryable, attempts: requests });
    expect(server.sent).toHaveLength(requests);
    expect(clock.pending).toBe(0);
  });
});

describe("delays", () => {
  const unavailable = (_sent: unknown, index: number): Response =>
    index < 4 ? errorResponse(503, "SERVICE_UNAVAILABLE") : answers.price();
  const times = async (random: () => number, retry: object = {}): Promise<readonly number[]> => {
    const { clock, server, client } = setUp(unavailable, { retry: { attempts: 5, random, ...retry } });
    await drive(clock, client.getPrice("BTCUSDT"));
    return server.sent.map(({ at }, index) => (index === 0 ? at : at - (server.sent[index - 1] as { at: number }).at));
  };

  test("have a maximum that doubles each time, and full jitter", async () => {
    expect(await times(() => 1)).toEqual([0, 250, 500, 1000, 2000]);
    expect(await times(() => 0.5)).toEqual([0, 125, 250, 500, 1000]);
    expect(await times(() => 0)).toEqual([0, 0, 0, 0, 0]);
    expect(await times(() => 1, { baseDelay: 1000, maxDelay: 2500 })).toEqual([0, 1000, 2000, 2500, 2500]);
  });

  test.each([
    ["a header of seconds", { "retry-after": "3" }, {}, 3000],
    ["a header that is a date", { "retry-after": "Thu, 05 Mar 2026 14:00:09 GMT" }, {}, 9000],
    ["a date in the past", { "retry-after": "Thu, 05 Mar 2026 13:00:00 GMT" }, {}, 0],
    ["the body, if the header is hidden", {}, { retry_after_seconds: 5 }, 5000],
    ["the header before the body", { "retry-after": "2" }, { retry_after_seconds: 5 }, 2000],
    ["the body, if the header is invalid", { "retry-after": "soon" }, { retry_after_seconds: 4 }, 4000],
  ] as const)("are those of %s", async (_name, headers, details, wait) => {
    const { clock, server, client } = setUp((_sent, index) =>
      index === 0 ? errorResponse(503, "SERVICE_UNAVAILABLE", details, headers) : answers.price(),
    );
    await drive(clock, client.getPrice("BTCUSDT"));
    expect(server.sent.map(({ at }) => at)).toEqual([0, wait]);
  });

  test("are not started if they would exceed the timeout; the call rejects with the error itself", async () => {
    const { clock, server, client } = setUp(() =>
      errorResponse(503, "SERVICE_UNAVAILABLE", {}, { "retry-after": "10" }),
    );
    const error = await failure(clock, client.getPrice("BTCUSDT", { timeout: 5000 }));
    expect(error).toMatchObject({ code: "SERVICE_UNAVAILABLE", details: { retry_after_seconds: 10 } });
    expect(server.sent).toHaveLength(1);
  });

  test("retry: false sends each request once", async () => {
    const { clock, server, client } = setUp(() => errorResponse(503, "SERVICE_UNAVAILABLE"), { retry: false });
    expect(await failure(clock, client.getPrice("BTCUSDT"))).toMatchObject({ attempts: 1, retryable: true });
    expect(server.sent).toHaveLength(1);
  });
});

test("the first success ends the call, and observers are notified of every request", async () => {
  const heard: ResponseEvent[] = [];
  const { clock, client } = setUp(
    (_sent, index) => (index === 0 ? errorResponse(500, "INTERNAL_ERROR") : answers.price()),
    {
      onResponse: (event) => heard.push(event),
      retry: { random: () => 1 },
    },
  );
  expect((await drive(clock, client.getPrice("BTCUSDT"))).price.toString()).toBe("61250.4");
  expect(heard).toMatchObject([
    {
      name: "getPrice",
      method: "GET",
      path: "/api/v1/market/price/BTCUSDT",
      attempt: 1,
      status: 500,
      code: "INTERNAL_ERROR",
      waited: 0,
    },
    { attempt: 2, status: 200, code: null, waited: 250 },
  ]);
});

test("an observer that throws does not affect the call", async () => {
  const fails = (): never => {
    throw new Error("an error of the observer");
  };
  const { clock, client } = setUp(() => answers.price(), { onRequest: fails, onResponse: fails });
  expect((await drive(clock, client.getPrice("BTCUSDT"))).symbol).toBe("BTCUSDT");
});

test("an order that was not executed is sent again and placed once", async () => {
  const { clock, server, client } = setUp((_sent, index) => {
    if (index === 0) throw refusedConnection();
    if (index === 1) return errorResponse(429, "RATE_LIMIT_EXCEEDED", { retry_after_seconds: 1 });
    return answers.placed("0.02", id);
  });
  expect((await drive(clock, client.placeMarketOrder(order))).orderId).toBe(id);
  expect(new Set(server.sent.map(({ body }) => body))).toEqual(
    new Set(['{"symbol":"BTCUSDT","side":"buy","type":"market","quantity":"0.02"}']),
  );
});

test.each(["agentId", "traceId"])(
  "a %s that is invalid in a header is rejected before anything is sent",
  async (field) => {
    const { clock, server, client } = setUp(
      () => answers.placed(),
      field === "traceId" ? { traceId: () => "line\nbreak" } : {},
    );
    const work = client.placeMarketOrder(order, field === "agentId" ? { agentId: "line\nbreak" } : {});
    expect(await failure(clock, work)).toMatchObject({ code: "VALIDATION_ERROR", field });
    expect(server.sent).toHaveLength(0);
  },
);

test("indicators of an unknown pair are requested once", async () => {
  const details = { reason: "No 1-minute candle data available for NOPEUSDT. There may be none yet." };
  const { fetch, sent } = scripted(() => errorResponse(503, "SERVICE_UNAVAILABLE", details));
  const clock = virtualClock();
  const client = new AgentExchangeClient({ fetch, apiKey: "ak_live_test", clock });
  expect(await failure(clock, client.getIndicators("NOPEUSDT"))).toMatchObject({
    name: "InvalidSymbolError",
    symbol: "NOPEUSDT",
    attempts: 1,
  });
  expect(sent).toHaveLength(1);
  await client.close();
});
