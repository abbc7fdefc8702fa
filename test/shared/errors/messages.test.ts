// Messages of errors say what to do.
import { describe, expect, test } from "vitest";
import * as endpoints from "../../../src/endpoints/index.ts";
import { expectSentences } from "../../support/sentences.ts";
import { errorOf, envelope } from "./errorOf.ts";

const METHODS = Object.values(
  endpoints as unknown as Readonly<Record<string, { readonly name?: string } | undefined>>,
).flatMap((each) => (typeof each === "object" && "output" in each ? [each.name as string] : []));

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
