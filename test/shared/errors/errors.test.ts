// Errors of failed calls: class, code, fields, and a message that says what to do next.
import { describe, expect, test } from "vitest";
import * as errors from "../../../src/errors/index.ts";
import {
  fromResponse,
  isAgentExchangeError,
  redactor,
  type AgentExchangeError,
  type FailedRequest,
} from "../../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import * as endpoints from "../../../src/endpoints/index.ts";
import { expectSentences } from "../../support/sentences.ts";

const METHODS = Object.values(
  endpoints as unknown as Readonly<Record<string, { readonly name?: string } | undefined>>,
).flatMap((each) => (typeof each === "object" && "output" in each ? [each.name as string] : []));

const request: FailedRequest = {
  name: "getPrice",
  attempts: 1,
  repeatable: true,
  now: Date.parse("2026-03-05T14:00:00Z"),
  redact: redactor([]),
};

function errorOf(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  more: Partial<FailedRequest> = {},
): AgentExchangeError {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return fromResponse({ status, body: text, header: (name) => headers[name] ?? null }, { ...request, ...more });
}

const envelope = (code: string, details?: object, message = `told: ${code}`): object => ({
  error: { code, message, details },
});

type Row = readonly [name: string, error: AgentExchangeError, kind: unknown, fields: Readonly<Record<string, unknown>>];

const rows: readonly Row[] = [
  ["INVALID_API_KEY", errorOf(401, envelope("INVALID_API_KEY")), errors.AuthenticationError, { retryable: false }],
  ["INVALID_TOKEN", errorOf(401, envelope("INVALID_TOKEN")), errors.AuthenticationError, {}],
  [
    "ACCOUNT_SUSPENDED",
    errorOf(403, envelope("ACCOUNT_SUSPENDED", { account_id: "a" })),
    errors.AuthenticationError,
    { details: { account_id: "a" } },
  ],
  ["401 of a proxy", errorOf(401, "<html>"), errors.AuthenticationError, { code: "HTTP_401" }],
  ["PERMISSION_DENIED", errorOf(403, envelope("PERMISSION_DENIED")), errors.PermissionError, {}],
  ["403 of a proxy", errorOf(403, ""), errors.PermissionError, { code: "HTTP_403" }],
  [
    "RATE_LIMIT_EXCEEDED",
    errorOf(429, envelope("RATE_LIMIT_EXCEEDED", { limit: 100, window_seconds: 60, retry_after_seconds: 17 })),
    errors.RateLimitError,
    { retryAfter: 17, limit: 100, retryable: true },
  ],
  [
    "429 without body",
    errorOf(429, ""),
    errors.RateLimitError,
    { retryAfter: null, limit: null, code: "HTTP_429", retryable: true },
  ],
  [
    "INSUFFICIENT_BALANCE",
    errorOf(400, envelope("INSUFFICIENT_BALANCE", { asset: "USDT", required: "1001.10010000", available: "9E+2" })),
    errors.InsufficientBalanceError,
    { asset: "USDT", required: new Decimal("1001.1001"), available: new Decimal(900), reason: null },
  ],
  [
    "INSUFFICIENT_BALANCE without figures",
    errorOf(400, envelope("INSUFFICIENT_BALANCE", { asset: 7, required: "much" })),
    errors.InsufficientBalanceError,
    { asset: null, required: null, available: null },
  ],
  [
    "a risk rule: balance of a buy",
    errorOf(
      400,
      envelope("ORDER_REJECTED", { reason: "insufficient_balance" }),
      {},
      { symbol: "ethusdt", side: "buy" },
    ),
    errors.InsufficientBalanceError,
    { code: "ORDER_REJECTED", reason: "insufficient_balance", asset: "USDT" },
  ],
  [
    "a risk rule: balance of a sell",
    errorOf(
      400,
      envelope("ORDER_REJECTED", { reason: "insufficient_balance" }),
      {},
      { symbol: "ethusdt", side: "sell" },
    ),
    errors.InsufficientBalanceError,
    { asset: "ETH" },
  ],
  [
    "a risk rule: no price",
    errorOf(400, envelope("ORDER_REJECTED", { reason: "price_unavailable" }), {}, { symbol: "FOOUSDT" }),
    errors.InvalidSymbolError,
    { symbol: "FOOUSDT", code: "ORDER_REJECTED", retryable: false },
  ],
  [
    "a risk rule with figures",
    errorOf(
      400,
      envelope("ORDER_REJECTED", {
        reason: "position_limit_exceeded: BTCUSDT position would be 25.7% of equity (limit: 25%)",
      }),
    ),
    errors.OrderRejectedError,
    { reason: "position_limit_exceeded", retryable: false },
  ],
  [
    "a risk rule: rate",
    errorOf(400, envelope("ORDER_REJECTED", { reason: "rate_limit_exceeded" })),
    errors.OrderRejectedError,
    { retryable: true },
  ],
  [
    "a risk rule whose details are missing",
    errorOf(400, envelope("ORDER_REJECTED", undefined, "order_too_small")),
    errors.OrderRejectedError,
    { reason: "order_too_small" },
  ],
  [
    "DAILY_LOSS_LIMIT",
    errorOf(403, envelope("DAILY_LOSS_LIMIT", { daily_pnl: "-5" })),
    errors.OrderRejectedError,
    { reason: "daily_loss_limit" },
  ],
  [
    "RISK_LIMIT_EXCEEDED",
    errorOf(400, envelope("RISK_LIMIT_EXCEEDED", { limit_type: "max_open_orders" })),
    errors.OrderRejectedError,
    { reason: "max_open_orders" },
  ],
  [
    "ORDER_NOT_FOUND",
    errorOf(404, envelope("ORDER_NOT_FOUND", { order_id: "x" })),
    errors.OrderNotFoundError,
    { orderId: "x" },
  ],
  [
    "ORDER_NOT_FOUND without an id",
    errorOf(404, envelope("ORDER_NOT_FOUND")),
    errors.OrderNotFoundError,
    { orderId: null },
  ],
  [
    "ORDER_NOT_CANCELLABLE",
    errorOf(400, envelope("ORDER_NOT_CANCELLABLE", { current_status: "filled" })),
    errors.OrderError,
    { details: { current_status: "filled" } },
  ],
  ["INVALID_QUANTITY", errorOf(400, envelope("INVALID_QUANTITY")), errors.OrderError, {}],
  [
    "INVALID_SYMBOL",
    errorOf(400, envelope("INVALID_SYMBOL", { symbol: "FOOUSDT" })),
    errors.InvalidSymbolError,
    { symbol: "FOOUSDT" },
  ],
  ["INVALID_SYMBOL of an interval", errorOf(400, envelope("INVALID_SYMBOL")), errors.ValidationError, { field: null }],
  [
    "PRICE_NOT_AVAILABLE",
    errorOf(503, envelope("PRICE_NOT_AVAILABLE", { symbol: "QRKUSDT" })),
    errors.InvalidSymbolError,
    { symbol: "QRKUSDT", retryable: true },
  ],
  [
    "STRATEGY_NOT_FOUND",
    errorOf(404, envelope("STRATEGY_NOT_FOUND", { strategy_id: "s" })),
    errors.NotFoundError,
    { details: { strategy_id: "s" } },
  ],
  [
    "404 with a plain string",
    errorOf(404, { detail: "Not Found" }),
    errors.NotFoundError,
    { code: "HTTP_404", message: "getPrice failed: the server sent HTTP 404 (Not Found)." },
  ],
  ["DUPLICATE_ACCOUNT", errorOf(409, envelope("DUPLICATE_ACCOUNT")), errors.ConflictError, {}],
  ["an invalid state", errorOf(409, envelope("BACKTEST_INVALID_STATE")), errors.ConflictError, {}],
  [
    "VALIDATION_ERROR",
    errorOf(422, envelope("VALIDATION_ERROR", { field: "execution_price" })),
    errors.ValidationError,
    { field: "executionPrice" },
  ],
  [
    "validation errors of the framework",
    errorOf(422, {
      detail: [
        { loc: ["query", "limit"], msg: "too big", input: "501" },
        { loc: ["body", "definition", "pairs", 0], msg: "no pair" },
      ],
    }),
    errors.ValidationError,
    {
      field: "limit",
      issues: [
        { field: "limit", message: "too big" },
        { field: "definition.pairs.0", message: "no pair" },
      ],
      message: "getPrice: limit: too big; definition.pairs.0: no pair.",
    },
  ],
  [
    "validation errors without location and message",
    errorOf(422, { detail: [] }),
    errors.ValidationError,
    { field: null, code: "VALIDATION_ERROR" },
  ],
  ["500", errorOf(500, envelope("INTERNAL_ERROR")), errors.ServerError, { retryable: true }],
  [
    "500 of a write",
    errorOf(500, envelope("INTERNAL_ERROR"), {}, { repeatable: false }),
    errors.ServerError,
    { retryable: false },
  ],
  [
    "an unknown code",
    errorOf(418, envelope("TEAPOT", { lid: "on" })),
    errors.AgentExchangeError,
    { code: "TEAPOT", details: { lid: "on" } },
  ],
];

describe.each(rows)("%s", (_name, error, kind, fields) => {
  test("is mapped to the right class and fields", () => {
    expect(error.constructor).toBe(kind);
    expect(error.name).toBe((kind as { name: string }).name);
    expect(error).toBeInstanceOf(errors.AgentExchangeError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject(fields);
  });

  test("serialises to plain JSON without a stack", () => {
    const json = JSON.parse(JSON.stringify(error)) as Record<string, unknown>;
    expect(json).toMatchObject({
      name: error.name,
      code: error.code,
      message: error.message,
      status: error.status,
      attempts: 1,
    });
    expect(json).not.toHaveProperty("stack");
  });
});

test("the class hierarchy is the documented one", () => {
  const parents: readonly (readonly [new (...parameters: never[]) => Error, unknown])[] = [
    [errors.PermissionError, errors.AuthenticationError],
    [errors.InsufficientBalanceError, errors.OrderError],
    [errors.OrderRejectedError, errors.OrderError],
    [errors.OrderNotFoundError, errors.OrderError],
    [OrderOutcomeUnknownError, errors.OrderError],
    [errors.TimeoutError, errors.ConnectionError],
    [errors.ClientClosedError, errors.ConnectionError],
  ];
  for (const [child, parent] of parents) expect(Object.getPrototypeOf(child)).toBe(parent);
});

test.each([
  ["no body", 502, "", "HTTP 502 and an empty body"],
  ["whitespace", 502, " \n", "HTTP 502 and an empty body"],
  ["HTML", 502, "<html><h1>Bad Gateway</h1>", "HTTP 502 and an HTML page"],
  ["truncated JSON", 500, '{"error":{"code":"INTER', "HTTP 500 and a body that is not JSON"],
  ["a number", 500, "7", "HTTP 500 and JSON of an unknown shape"],
  ["null", 500, "null", "HTTP 500 and JSON of an unknown shape"],
  ["a list", 500, "[1]", "HTTP 500 and JSON of an unknown shape"],
  ["an error that is a string", 500, '{"error":"boom"}', "HTTP 500 and JSON of an unknown shape"],
  ["a code that is a number", 500, '{"error":{"code":7,"message":"x"}}', "HTTP 500 and JSON of an unknown shape"],
] as const)("a response with %s is described", (_name, status, body, words) => {
  const error = errorOf(status, body);
  expect(error).toMatchObject({ code: `HTTP_${status}`, status, details: {} });
  expect(error.message).toBe(`getPrice failed: the server sent ${words}.`);
});

test.each([
  ["message", { error: { code: "TEAPOT", message: 7 } }],
  ["details", { error: { code: "TEAPOT", message: "m", details: "text" } }],
  ["details list", { error: { code: "TEAPOT", message: "m", details: [1, 2] } }],
  ["no message", { error: { code: "TEAPOT" } }],
])("%s of an unexpected type is ignored", (_name, body) => {
  expect(errorOf(400, body)).toMatchObject({ code: "TEAPOT", details: {} });
});

describe("hints", () => {
  test.each([
    ["INVALID_API_KEY", "Check that the key"],
    ["PRICE_NOT_AVAILABLE", "try later or use another pair"],
  ])("%s", (code, step) => {
    const error = errorOf(400, envelope(code));
    expect(error.message).toContain(`told: ${code}`);
    expect(error.message).toContain(step);
    expect(error.hint).toContain(step);
  });

  test.each([
    ["placeMarketOrder", "DATABASE_ERROR", "Integrity error.", "pass agentId"],
    ["registerTrainingRun", "DATABASE_ERROR", "Failed to create training run.", "generate a new UUID"],
    ["registerTrainingRun", "TRAINING_RUN_INVALID_STATE", "Training run 'x' exists already.", "generate a new UUID"],
    ["stepBacktest", "BACKTEST_NOT_FOUND", "Backtest session 'x' is not active.", "call startBacktest() first"],
    ["placeBacktestOrder", "BACKTEST_NOT_FOUND", "Backtest session 'x' is not active.", "call startBacktest() first"],
    ["stepBacktest", "BACKTEST_INVALID_STATE", "Backtest session has already completed.", "createBacktest()"],
    ["batchStepFast", "INSUFFICIENT_BALANCE", "Insufficient USDT balance.", "The backtest has advanced"],
    ["testWebhook", "INTERNAL_ERROR", "An unexpected error occurred.", "cannot send test deliveries"],
    ["createBacktest", "INTERNAL_ERROR", "An unexpected error occurred.", "pass agentId"],
    ["login", "INVALID_API_KEY", "API secret is invalid.", "Check the secret"],
    ["getBalance", "INVALID_SIGNATURE", "The request is not signed with the account's secret.", "Check the secret"],
    ["placeLimitOrder", "INVALID_QUANTITY", "Order value 2.0 is below the minimum 5.0 for ADAUSDT.", "Raise the"],
    ["placeLimitOrder", "INVALID_QUANTITY", "Quantity 9E+9 is above the maximum 9000 for ADAUSDT.", "Lower the"],
    ["placeLimitOrder", "INVALID_QUANTITY", "Quantity 0.1 is not a multiple of the step size 1 of A.", "roundToStep()"],
    ["getBalance", "AGENT_NOT_FOUND", "Agent 'x' not found.", "getAgents()"],
    ["placeMarketOrder", "AGENT_NOT_FOUND", "The account has no agent to trade for it.", "createAgent()"],
    ["getStrategy", "PERMISSION_DENIED", "Strategy does not belong to this account.", "the account that owns it"],
    ["getBalance", "INVALID_API_KEY", "Authentication credentials are required.", "Pass apiKey or token"],
  ])("%s after %s: %s", (name, code, message, step) => {
    expect(errorOf(500, envelope(code, undefined, message), {}, { name }).hint).toContain(step);
  });

  test.each([
    ["getBalance", "DATABASE_ERROR", "Failed to store."],
    ["createAgent", "PERMISSION_DENIED", "An agent's key manages no other agent; use the account's key."],
    ["getBalance", "INTERNAL_ERROR", "An unexpected error occurred."],
    ["getBacktestResults", "BACKTEST_NOT_FOUND", "Backtest session 'x' not found."],
    ["getCandles", "INVALID_SYMBOL", "Interval '15m' is not supported. Use one of: 1m, 5m, 1h, 1d."],
  ])("%s after %s has nothing to add", (name, code, message) => {
    expect(errorOf(400, envelope(code, undefined, message), {}, { name })).toMatchObject({ hint: null, message });
  });

  test.each([
    ["account_not_active", "Order rejected: the account is not active (account_not_active)."],
    [
      "daily_loss_limit",
      "Order rejected: the daily loss limit is reached (daily_loss_limit). Trading resumes at 00:00 UTC.",
    ],
    [
      "price_unavailable",
      "Order rejected: FOOUSDT is unknown or has no price yet (price_unavailable). getPairs() lists the pairs.",
    ],
    [
      "insufficient_balance",
      "Order rejected: not enough FOO (insufficient_balance). Lower the quantity, or cancel open orders that lock funds.",
    ],
    [
      "position_limit_exceeded: FOOUSDT position would be 25.7% of equity (limit: 25%). Current: 612.50 USDT",
      "Order rejected: the position would be larger than the risk profile allows (position_limit_exceeded). FOOUSDT position would be 25.7% of equity (limit: 25%). Current: 612.50 USDT. Lower the quantity.",
    ],
    ["moon_phase", "Order rejected: a risk rule does not allow it (moon_phase)."],
  ])("a risk rule's reason: %s", (reason, message) => {
    const order = { name: "placeMarketOrder", symbol: "FOOUSDT", side: "sell" };
    const error = errorOf(400, envelope("ORDER_REJECTED", { reason }, reason), {}, order);
    expect(error.message).toBe(message);
    expectSentences(error);
  });

  const CODES = `INVALID_API_KEY INVALID_TOKEN INVALID_SIGNATURE ACCOUNT_SUSPENDED PERMISSION_DENIED RATE_LIMIT_EXCEEDED
    INSUFFICIENT_BALANCE ORDER_REJECTED INVALID_ORDER_TYPE INVALID_QUANTITY ORDER_NOT_FOUND TRADE_NOT_FOUND
    ORDER_NOT_CANCELLABLE INVALID_SYMBOL PRICE_NOT_AVAILABLE RISK_LIMIT_EXCEEDED DAILY_LOSS_LIMIT ACCOUNT_NOT_FOUND
    AGENT_NOT_FOUND DUPLICATE_ACCOUNT VALIDATION_ERROR DATABASE_ERROR CACHE_ERROR INTERNAL_ERROR SERVICE_UNAVAILABLE
    BACKTEST_NOT_FOUND BACKTEST_INVALID_STATE BACKTEST_NO_DATA BATTLE_NOT_FOUND BATTLE_INVALID_STATE STRATEGY_NOT_FOUND
    STRATEGY_INVALID_STATE TRAINING_RUN_NOT_FOUND TRAINING_RUN_INVALID_STATE FEEDBACK_NOT_FOUND NOT_IMPLEMENTED`;

  test.each(CODES.split(/\s+/))("messages about %s are complete sentences for every method", (code) => {
    const messages = ["It failed", "it failed.", "It is odd..", "depth=7 is odd", ""];
    for (const name of METHODS)
      for (const message of messages)
        for (const details of [undefined, { reason: "no candles", field: "end_time" }, { message: "So it is" }])
          expectSentences(errorOf(418, envelope(code, details, message), {}, { name, symbol: "BTCUSDT" }));
  });

  test("a message contains the reason in the details exactly once", () => {
    const unavailable = (message: string): string =>
      errorOf(503, envelope("SERVICE_UNAVAILABLE", { reason: "The feed stands still." }, message)).message;
    expect(unavailable("Service is temporarily unavailable.")).toBe(
      "Service is temporarily unavailable. The feed stands still.",
    );
    expect(unavailable("Sorry. The feed stands still.")).toBe("Sorry. The feed stands still.");
  });

  test("a message says where candles begin", () => {
    const details = { earliest: "2025-10-22T00:00:00+00:00" };
    expect(errorOf(400, envelope("BACKTEST_NO_DATA", details, "No data at the start time.")).message).toBe(
      "No data at the start time. Candles begin at 2025-10-22T00:00:00+00:00.",
    );
  });

  test.each([
    'Integrity error while creating order: null value in column "agent_id" of relation "orders" violates not-null constraint',
    'Integrity error while creating order: (sqlalchemy.dialects.X) <class>: null value in column "agent_id" of\n[SQL: INSERT',
  ])("rows and statements are removed from database errors: %s", (message) => {
    expect(errorOf(500, envelope("DATABASE_ERROR", undefined, message)).message).toBe(
      "Integrity error while creating order: agent_id is missing.",
    );
  });

  test("indicators of an unknown pair are an InvalidSymbolError that is not retryable", () => {
    const reason = "No 1-minute candle data available for NOPEUSDT. The price ingestion service may not have data.";
    expect(errorOf(503, envelope("SERVICE_UNAVAILABLE", { reason }))).toMatchObject({
      name: "InvalidSymbolError",
      symbol: "NOPEUSDT",
      retryable: false,
    });
  });

  test("a redirect", () => {
    for (const status of [0, 301, 307]) expect(errorOf(status, "").message).toContain("baseUrl");
  });

  test("a login with an agent's key", () => {
    expect(errorOf(404, envelope("ACCOUNT_NOT_FOUND"), {}, { name: "login" }).message).toContain(
      "key and secret of the account",
    );
    const told = { code: "INVALID_API_KEY", message: "The API key or the API secret is invalid." };
    expect(errorOf(401, { error: told }, {}, { name: "login" }).message).toContain("key and secret of the account");
    expect(errorOf(404, envelope("ACCOUNT_NOT_FOUND")).hint).toBeNull();
  });
});

test("values that repeat the request are removed at any depth", () => {
  const error = errorOf(
    422,
    envelope("VALIDATION_ERROR", {
      errors: [{ loc: ["api_secret"], msg: "bad", input: "hush" }],
      more: { input: "hush", deep: [{ input: "hush", kept: 1 }] },
    }),
  );
  expect(JSON.stringify(error)).not.toContain("hush");
  expect(error.details).toEqual({ errors: [{ loc: ["api_secret"], msg: "bad" }], more: { deep: [{ kept: 1 }] } });
  expect(error).toMatchObject({ issues: [{ field: "apiSecret", message: "bad" }] });
});

describe("secrets", () => {
  const secret = "tok_se_cr_et_value";
  const redact = redactor([secret, "tok_se", undefined, "abc"]);
  const everywhere = {
    error: {
      code: `C_${secret}`,
      message: `said ${secret} and ak_live_AbC-dEf_1 and eyJhbGciOi.eyJzdWIi.c2ln`,
      details: { field: secret, [secret]: { list: [secret, `x${secret}y`] } },
    },
  };

  test("are removed from every field, by value and by shape", () => {
    const shown = JSON.stringify(errorOf(422, everywhere, {}, { redact }));
    expect(shown).not.toMatch(/se_cr_et|seCrEt|AbC-dEf|eyJ/);
    expect(shown).toContain("[redacted]");
  });

  test("are removed from field names before these are converted to camelCase", () => {
    const error = errorOf(422, { detail: [{ loc: ["body", secret, "ak_live_AbC_dEf"], msg: secret }] }, {}, { redact });
    expect(JSON.stringify(error)).not.toMatch(/se_?cr_?et/i);
    expect(JSON.stringify(error)).not.toMatch(/dEf/i);
  });

  test("a secret that is a prefix of another leaves no remainder", () => {
    expect(redactor(["secret-1", "secret-1-and-more"])("is secret-1-and-more")).toBe("is [redacted]");
  });

  test("very short secrets are not redacted", () => {
    expect(redact("abc of trading")).toBe("abc of trading");
  });

  test("deeply nested values are dropped", () => {
    let deep: unknown = secret;
    for (let depth = 0; depth < 50; depth++) deep = { deep };
    expect(JSON.stringify(errorOf(400, envelope("TEAPOT", { deep }), {}, { redact }))).not.toContain(secret);
  });
});

describe("across copies of the package", () => {
  test("isAgentExchangeError() recognises errors of another copy, instanceof does not", async () => {
    // A different specifier creates a second copy of the module.
    const address: string = "../../../src/errors/base.ts?copy";
    const copy = (await import(/* @vite-ignore */ address)) as typeof errors;
    const foreign = new copy.AgentExchangeError("from elsewhere", { code: "TIMEOUT" });
    expect(copy.AgentExchangeError).not.toBe(errors.AgentExchangeError);
    expect(foreign).not.toBeInstanceOf(errors.AgentExchangeError);
    expect(isAgentExchangeError(foreign)).toBe(true);
    expect(copy.isAgentExchangeError(errorOf(500, ""))).toBe(true);
  });

  test.each([null, undefined, "text", 7, {}, new Error("x"), { name: "AgentExchangeError", code: "X" }])(
    "%j is not an error of this package",
    (value) => {
      expect(isAgentExchangeError(value)).toBe(false);
    },
  );
});
