// Errors of failed calls: class, code and fields.
import { describe, expect, test } from "vitest";
import * as errors from "../../../src/errors/index.ts";
import { isAgentExchangeError, type AgentExchangeError } from "../../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../../src/transport/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { errorOf, envelope } from "./errorOf.ts";

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
