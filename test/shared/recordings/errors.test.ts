import { describe, expect, it } from "vitest";
import {
  AgentExchangeError,
  AuthenticationError,
  ConflictError,
  fromResponse,
  InsufficientBalanceError,
  InvalidSymbolError,
  isAgentExchangeError,
  NotFoundError,
  OrderError,
  OrderNotFoundError,
  OrderRejectedError,
  PermissionError,
  RateLimitError,
  redactor,
  ServerError,
  ValidationError,
} from "../../../src/errors/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { exchanges, type Exchange } from "../../fixtures/rest.ts";
import { expectSentences } from "../../support/sentences.ts";
import { calls } from "./calls.ts";

type Kind = abstract new (...parameters: never[]) => AgentExchangeError;
type Expected = readonly [kind: Kind, code: string, fields?: Readonly<Record<string, unknown>>];

const nobody = "00000000-0000-4000-8000-000000000000";
const badKey: Expected = [AuthenticationError, "INVALID_API_KEY", { retryable: false }];
const invalid = (field: string | null, issues = 1): Expected => [
  ValidationError,
  "VALIDATION_ERROR",
  { field, issues: expect.toSatisfy((list: readonly unknown[]) => list.length === issues) as unknown },
];
const rejected = (reason: string): Expected => [OrderRejectedError, "ORDER_REJECTED", { reason }];
const noSuchOrder = (orderId: string): Expected => [
  OrderNotFoundError,
  "ORDER_NOT_FOUND",
  { orderId, details: { order_id: orderId } },
];
const plain = (kind: Kind, status: number): Expected => [kind, `HTTP_${status}`, { details: {} }];
const limited = (limit: number, retryAfter: number): Expected => [
  RateLimitError,
  "RATE_LIMIT_EXCEEDED",
  { limit, retryAfter, retryable: true },
];

const table: Readonly<Record<string, Expected>> = {
  register_bad_balance: invalid("startingBalance"),
  login_wrong_secret: badKey,
  login_agent_key: [NotFoundError, "ACCOUNT_NOT_FOUND"],
  login_missing_field: invalid("apiSecret"),
  login_rate_limited: limited(5, 17),
  get_price_unknown: [InvalidSymbolError, "INVALID_SYMBOL", { symbol: "FOOUSDT", retryable: false }],
  get_price_no_price: [InvalidSymbolError, "PRICE_NOT_AVAILABLE", { symbol: "QRKUSDT", retryable: true }],
  get_candles_bad_interval: [ValidationError, "INVALID_SYMBOL", { field: null }],
  get_candles_bad_limit: invalid("limit"),
  get_ticker_no_price: [InvalidSymbolError, "PRICE_NOT_AVAILABLE", { symbol: "QRKUSDT", retryable: true }],
  get_recent_trades_bad_limit: invalid("limit"),
  get_orderbook_bad_depth: [ValidationError, "INVALID_SYMBOL", { field: null }],
  get_indicators_unknown: [ValidationError, "INVALID_SYMBOL", { field: null }],
  market_unknown_path: plain(NotFoundError, 404),
  trailing_slash: plain(AgentExchangeError, 307),
  wrong_method: plain(AgentExchangeError, 405),
  no_credentials: badKey,
  bad_key: badKey,
  bad_jwt: [AuthenticationError, "INVALID_TOKEN"],
  unknown_path_with_key: plain(NotFoundError, 404),
  foreign_agent: [PermissionError, "PERMISSION_DENIED"],
  place_stop_loss_trigger_price_ignored: invalid(null),
  order_market_with_price: invalid(null),
  order_bad_side: invalid("side"),
  order_zero_quantity: invalid("quantity"),
  order_nan_quantity: invalid("quantity"),
  order_empty_body: invalid(null),
  order_broken_json: invalid(null),
  order_unknown_symbol: [
    InvalidSymbolError,
    "ORDER_REJECTED",
    { symbol: "FOOUSDT", details: { reason: "price_unavailable" } },
  ],
  order_too_small: rejected("order_too_small"),
  order_too_large: rejected("order_too_large"),
  order_position_limit: rejected("position_limit_exceeded"),
  order_insufficient_base: [
    InsufficientBalanceError,
    "ORDER_REJECTED",
    { asset: "SOL", required: null, available: null, reason: "insufficient_balance" },
  ],
  order_insufficient_balance_limit_far: [
    InsufficientBalanceError,
    "INSUFFICIENT_BALANCE",
    { asset: "USDT", required: new Decimal("1000998.999"), available: new Decimal("8372.99720912"), reason: null },
  ],
  order_below_min_notional: [OrderError, "INVALID_QUANTITY", { details: { quantity: "5", min_qty: "0.00001000" } }],
  order_account_key_no_agent: [ServerError, "DATABASE_ERROR", { retryable: false }],
  get_order_not_found: noSuchOrder(nobody),
  get_order_foreign: noSuchOrder("1d0f8135-d50e-49a4-b5f3-8bed2bfbedde"),
  get_order_bad_uuid: invalid("orderId"),
  cancel_order_again: [
    OrderError,
    "ORDER_NOT_CANCELLABLE",
    { details: { order_id: "6237946d-5f3b-4c68-a565-3d7209cfa919", current_status: "cancelled" } },
  ],
  cancel_order_not_found: noSuchOrder(nobody),
  get_trade_history_bad_limit: invalid("limit"),
  get_pnl_bad_period: invalid("period"),
  get_risk_profile: plain(AgentExchangeError, 405),
  update_risk_profile: invalid("maxPositionSizePct", 2),
  get_portfolio_history_bad_interval: invalid("interval"),
  reset_account_no_confirm: invalid("confirm"),
  reset_account_missing_confirm: invalid("confirm"),
  preflight_refused: plain(AgentExchangeError, 400),
  cors_401_without_cors_headers: badKey,
  trade_rate_limited: limited(100, 15),
  create_strategy_bad: invalid("pairs"),
  get_strategy_not_found: [NotFoundError, "STRATEGY_NOT_FOUND", { details: { strategy_id: nobody } }],
  deploy_strategy_again: [
    ConflictError,
    "STRATEGY_INVALID_STATE",
    { details: { current_status: "deployed", required_status: "validated" } },
  ],
  undeploy_strategy_again: [ConflictError, "STRATEGY_INVALID_STATE", { details: { current_status: "validated" } }],
  run_test_missing_date_range: invalid("dateRange"),
  get_test_not_found: [NotFoundError, "STRATEGY_NOT_FOUND"],
  get_training_run_not_found: [NotFoundError, "TRAINING_RUN_NOT_FOUND", { details: { run_id: nobody } }],
  compute_deflated_sharpe_short: invalid("returns"),
  create_webhook_http: invalid("url"),
  test_webhook: [ServerError, "INTERNAL_ERROR", { retryable: false }],
  get_webhook_gone: plain(NotFoundError, 404),
  batch_step_fast_not_found: [NotFoundError, "BACKTEST_NOT_FOUND", { details: {} }],
};

function errorOf({ name, request, response }: Exchange): AgentExchangeError {
  const { endpoint, input } = calls[name] ?? {};
  const { symbol, side } = (input ?? {}) as { readonly symbol?: string; readonly side?: string };
  return fromResponse(
    { status: response.status, body: response.body, header: (wanted) => response.headers[wanted] ?? null },
    {
      name: endpoint?.name ?? "call",
      attempts: 2,
      symbol,
      side,
      repeatable:
        endpoint === undefined ? request.method === "GET" : endpoint.effect !== "order" && endpoint.effect !== "write",
      now: 1_795_450_000_000,
      redact: redactor(["$AGENT_KEY", "$ACCOUNT_KEY", "$ACCOUNT_SECRET", "$JWT"]),
    },
  );
}

const failed = exchanges.filter(({ response }) => response.status < 200 || response.status >= 300);

it("the table lists every failed recording", () => {
  expect(Object.keys(table).toSorted()).toEqual(failed.map(({ name }) => name).toSorted());
});

describe("an error response becomes the matching error", () => {
  for (const exchange of failed) {
    it(`response to ${exchange.name}`, () => {
      const [kind, code, fields = {}] = table[exchange.name] as Expected;
      const error = errorOf(exchange);
      expect(error.constructor).toBe(kind);
      expect(error.name).toBe(kind.name);
      expect(isAgentExchangeError(error)).toBe(true);
      expect(error).toMatchObject({ code, status: exchange.response.status, attempts: 2, ...fields });
      expectSentences(error);
    });
  }
});

it("errors contain nothing of the request", () => {
  for (const exchange of failed) {
    const error = errorOf(exchange);
    const shown = `${String(error)} ${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.details)}`;
    expect(shown).not.toMatch(/\$(AGENT|ACCOUNT|OTHER|JWT)|"input"/);
  }
});
