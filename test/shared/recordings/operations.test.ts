// The real server's responses to a walk through all operations: each decodes or becomes the right error.
import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import {
  AuthenticationError,
  ConflictError,
  fromResponse,
  InsufficientBalanceError,
  InvalidSymbolError,
  NotFoundError,
  OrderError,
  OrderNotFoundError,
  OrderRejectedError,
  redactor,
  ServerError,
  ValidationError,
  type AgentExchangeError,
} from "../../../src/errors/index.ts";
import { operations, type Operation } from "../../fixtures/operations.ts";
import { expectDecoded } from "../../support/differences.ts";
import { endpointOf, type AnyEndpoint } from "../../support/endpoints.ts";
import { expectSentences } from "../../support/sentences.ts";

type Kind = abstract new (...parameters: never[]) => AgentExchangeError;

/** One path accepts four order types and responds to each with different fields. */
const ORDERS = {
  market: api.placeMarketOrder,
  limit: api.placeLimitOrder,
  stop_loss: api.placeStopLoss,
  take_profit: api.placeTakeProfit,
} as unknown as Readonly<Record<string, AnyEndpoint>>;

function endpointFor({ method, path, body }: Operation): AnyEndpoint | undefined {
  if (method === "POST" && path === "/api/v1/trade/order") return ORDERS[(body as { type?: string }).type ?? "market"];
  return endpointOf(method, path);
}

function errorOf(operation: Operation): AgentExchangeError {
  const { method, status, body } = operation;
  return fromResponse(
    { status, body: typeof body === "string" ? body : JSON.stringify(body), header: () => null },
    {
      name: endpointFor(operation)?.name ?? "send",
      attempts: 1,
      symbol: "NOPEUSDT",
      repeatable: method === "GET",
      now: Date.parse("2026-11-27T07:05:42Z"),
      redact: redactor([]),
    },
  );
}

const numbered = operations.map((operation, index) => [`${index} ${operation.request}`, operation] as const);
const failed = numbered.filter(([, { status }]) => status >= 400);

// Platform operations without a client method.
const UNDESCRIBED = [
  "GET /account/info/",
  "POST /battles",
  "GET /battles",
  "GET /battles/presets",
  "GET /battles/{bt}",
  "GET /battles/{bt}/live",
  "GET /battles/{bt}/replay",
  "PUT /battles/{bt}",
  "POST /battles/{bt}/participants",
  "DELETE /battles/{bt}/participants/{agent}",
  "DELETE /battles/{bt}",
];

describe("every response of the walk", () => {
  const undescribed = numbered.filter(([, each]) => each.status < 300 && endpointFor(each) === undefined);

  it("belongs to a client call, except those without one", () => {
    const asked = undescribed.map(([, { request }]) => /^\w+ [^ ?]*/.exec(request)?.[0].replace("/api/v1", ""));
    expect([...new Set(asked)]).toEqual(UNDESCRIBED);
  });

  for (const [name, operation] of numbered) {
    const endpoint = endpointFor(operation);
    if (operation.status >= 300 || endpoint === undefined) continue;
    it(`is decoded: ${name}`, () => expectDecoded(endpoint, operation.body ?? undefined));
  }
});

const CLASSES: Readonly<Record<string, Kind>> = {
  ACCOUNT_NOT_FOUND: NotFoundError,
  INVALID_API_KEY: AuthenticationError,
  INVALID_TOKEN: AuthenticationError,
  VALIDATION_ERROR: ValidationError,
  HTTP_404: NotFoundError,
  DATABASE_ERROR: ServerError,
  INTERNAL_ERROR: ServerError,
  SERVICE_UNAVAILABLE: InvalidSymbolError,
  ORDER_NOT_FOUND: OrderNotFoundError,
  ORDER_NOT_CANCELLABLE: OrderError,
  FEEDBACK_NOT_FOUND: NotFoundError,
  STRATEGY_NOT_FOUND: NotFoundError,
  STRATEGY_INVALID_STATE: ConflictError,
  TRAINING_RUN_NOT_FOUND: NotFoundError,
  BACKTEST_NOT_FOUND: NotFoundError,
  BACKTEST_INVALID_STATE: ConflictError,
  BATTLE_INVALID_STATE: ConflictError,
};

/** The error class of codes with several meanings, chosen by details. */
function kindOf(code: string, details: Readonly<Record<string, unknown>>): Kind | undefined {
  if (code === "INVALID_SYMBOL") return details["symbol"] === undefined ? ValidationError : InvalidSymbolError;
  if (code === "ORDER_REJECTED")
    return details["reason"] === "insufficient_balance" ? InsufficientBalanceError : OrderRejectedError;
  return CLASSES[code];
}

describe("every error response of the walk becomes the matching error", () => {
  for (const [name, operation] of failed) {
    it(`response to ${name}`, () => {
      const error = errorOf(operation);
      expect(error.constructor).toBe(kindOf(error.code, error.details));
      expect(error.status).toBe(operation.status);
      expectSentences(error);
    });
  }

  const messageOf = (request: string): string =>
    errorOf(operations.find((each) => each.request === request) as Operation).message;

  it.each([
    [
      "POST /api/v1/trade/order  too much",
      "Order rejected: larger than the account's risk profile allows (order_too_large). Lower the quantity.",
    ],
    [
      "GET /api/v1/market/indicators/NOPEUSDT",
      "No 1-minute candle data available for NOPEUSDT. The price ingestion service may not have data for this pair yet. getPairs() lists the pairs.",
    ],
    ["POST /api/v1/backtest/create  reversed", "createBacktest: endTime must be after startTime."],
    ["GET /api/v1/backtest/compare?sessions={b}", "At least 2 session IDs required for comparison."],
    [
      "POST /api/v1/webhooks/{w}/test",
      "An unexpected error occurred. The platform cannot send test deliveries; wait for a real event, such as a completed backtest.",
    ],
    [
      "GET /api/v1/market/orderbook/BTCUSDT?depth=7",
      "getOrderbook: depth=7 is not supported. Use one of: [5, 10, 20].",
    ],
    ["GET /api/v1/nope", "send failed: the server sent HTTP 404 (Not Found)."],
  ])("%s", (request, message) => {
    expect(messageOf(request)).toBe(message);
  });

  it("reveals no row and no statement of the platform's database", () => {
    const message = messageOf("POST /api/v1/trade/order [jwt]");
    expect(message).toContain("agent_id");
    expect(message).not.toMatch(/INSERT|UUID|sqlalche|Decimal/);
  });
});
