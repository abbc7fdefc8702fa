import * as api from "../../../src/endpoints/index.ts";

/** A call that would make a recorded invalid request, and the validation error it gets instead. */
export interface RefusedCall {
  readonly endpoint: api.Endpoint<unknown, unknown>;
  readonly input: unknown;
  readonly field: string;
  readonly message: string;
}

function rejectedCall(
  target: api.Endpoint<unknown, unknown>,
  input: unknown,
  field: string,
  message: string,
): RefusedCall {
  return { endpoint: target, input, field, message };
}

const market = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" };

/** Recorded invalid requests that client calls reject before sending. */
export const refusedCalls: Readonly<Record<string, RefusedCall>> = {
  register_bad_balance: rejectedCall(
    api.register,
    { displayName: "x", startingBalance: "-1" },
    "startingBalance",
    "must not be negative (-1)",
  ),
  login_missing_field: rejectedCall(api.login, { apiKey: "$ACCOUNT_KEY" }, "apiSecret", "is required"),
  get_candles_bad_interval: rejectedCall(
    api.getCandles,
    { symbol: "BTCUSDT", interval: "15m" },
    "interval",
    "use 1m, 5m, 1h or 1d",
  ),
  get_candles_bad_limit: rejectedCall(
    api.getCandles,
    { symbol: "BTCUSDT", interval: "1h", limit: 1001 },
    "limit",
    "must be a whole number from 1 to 1000",
  ),
  get_recent_trades_bad_limit: rejectedCall(
    api.getRecentTrades,
    { symbol: "BTCUSDT", limit: 501 },
    "limit",
    "must be a whole number from 1 to 500",
  ),
  get_orderbook_bad_depth: rejectedCall(api.getOrderbook, { symbol: "BTCUSDT", depth: 7 }, "depth", "use 5, 10 or 20"),
  get_indicators_unknown: rejectedCall(
    api.getIndicators,
    { symbol: "BTCUSDT", indicators: ["nope"] },
    "indicators.0",
    "use adx_14, atr_14, bb_lower, bb_mid, bb_upper, ema_12, ema_26, macd_hist, macd_line, macd_signal, price, rsi_14, sma_20, sma_50 or volume_ma_20",
  ),
  order_market_with_price: rejectedCall(
    api.placeMarketOrder,
    { ...market, price: "1" },
    "price",
    "is not a known argument; expected symbol, side, quantity",
  ),
  order_bad_side: rejectedCall(api.placeMarketOrder, { ...market, side: "BUY" }, "side", "use buy or sell"),
  order_zero_quantity: rejectedCall(
    api.placeMarketOrder,
    { ...market, quantity: "0" },
    "quantity",
    "must be greater than 0",
  ),
  order_nan_quantity: rejectedCall(
    api.placeMarketOrder,
    { ...market, quantity: "NaN" },
    "quantity",
    'must be a decimal string such as "0.001", a Decimal or a number',
  ),
  order_empty_body: rejectedCall(api.placeMarketOrder, {}, "symbol", "is required"),
  get_order_bad_uuid: rejectedCall(
    api.getOrder,
    { orderId: "abc" },
    "orderId",
    "must be a UUID, such as 9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
  ),
  get_trade_history_bad_limit: rejectedCall(
    api.getTradeHistory,
    { limit: 0 },
    "limit",
    "must be a whole number from 1 to 500",
  ),
  get_pnl_bad_period: rejectedCall(api.getPnl, { period: "90d" }, "period", "use 1d, 7d, 30d or all"),
  update_risk_profile: rejectedCall(api.updateRiskProfile, { maxOpenOrders: 40 }, "maxPositionSizePct", "is required"),
  get_portfolio_history_bad_interval: rejectedCall(
    api.getPortfolioHistory,
    { interval: "5m" },
    "interval",
    "use 1m, 1h or 1d",
  ),
  reset_account_no_confirm: rejectedCall(
    api.resetAccount,
    { confirm: false },
    "confirm",
    "is not a known argument; this method takes none",
  ),
  reset_account_missing_confirm: rejectedCall(
    api.resetAccount,
    { startingBalance: "10000" },
    "startingBalance",
    "is ignored by the platform: a reset restores the same balance; for another one create an agent with createAgent({ displayName, startingBalance })",
  ),
  create_strategy_bad: rejectedCall(
    api.createStrategy,
    { name: "x", definition: { pairs: [] } },
    "definition.pairs",
    "must not be empty",
  ),
  run_test_missing_date_range: rejectedCall(
    api.runTest,
    { strategyId: "916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", version: 1, episodes: 3 },
    "dateRange",
    'is required: the period to test on, such as { start: "2026-01-01T00:00:00Z", end: "2026-03-01T00:00:00Z" }',
  ),
  compute_deflated_sharpe_short: rejectedCall(
    api.computeDeflatedSharpe,
    { returns: [0.1], numTrials: 5 },
    "returns",
    "must contain 10 to 10000 returns",
  ),
  create_webhook_http: rejectedCall(
    api.createWebhook,
    { url: "http://hooks.example.com/a", events: ["backtest.completed"] },
    "url",
    "must be an https URL",
  ),
};

/** Recorded requests that no client call can make, and why. */
export const unsendable: Readonly<Record<string, string>> = {
  market_unknown_path: "no such path",
  unknown_path_with_key: "no such path",
  trailing_slash: "our paths have none",
  wrong_method: "GET only",
  get_risk_profile: "a method that the path does not have; ours reads the agent's",
  place_stop_loss_trigger_price_ignored: "the trigger goes out as price",
  order_broken_json: "bodies come from JSON.stringify",
  preflight_allowed: "browsers send pre-flights by themselves",
  preflight_refused: "browsers send pre-flights by themselves",
};
