import * as api from "../../../src/endpoints/index.ts";

/** A client call that belongs to a recorded request. */
export interface RecordedCall {
  readonly endpoint: api.Endpoint<unknown, unknown>;
  readonly input: unknown;
  /** Intended differences from the recorded request. */
  readonly instead?: Difference;
}

interface Difference {
  readonly because: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function call<Input>(target: api.Endpoint<Input, unknown>, input: Input, instead?: Difference): RecordedCall {
  return { endpoint: target, input, ...(instead === undefined ? {} : { instead }) };
}

const nobody = "00000000-0000-4000-8000-000000000000";
const pendingOrder = { orderId: "6237946d-5f3b-4c68-a565-3d7209cfa919" };
const filledOrder = { orderId: "1d0f8135-d50e-49a4-b5f3-8bed2bfbedde" };
const credentials = { apiKey: "$ACCOUNT_KEY", apiSecret: "$ACCOUNT_SECRET" };
const strategyId = "916f4bc8-b79b-4106-81b5-1b9dae1b9fd7";
const testId = "a1518339-27c1-46f7-a531-d472d8810f6b";
const runId = "a75ef34c-41c2-4a84-a2a1-8e8d91d59694";
const webhookId = "c27fe857-25ee-4253-99b6-d225d74ae26c";
const sessionId = "cad02018-7d9f-4ab7-a777-aa6a70c79ef0";
const definition: api.StrategyDefinition = {
  pairs: ["BTCUSDT", "ETHUSDT"],
  timeframe: "1h",
  entry_conditions: { rsi_below: 30 },
  exit_conditions: { take_profit_pct: 5, stop_loss_pct: 2 },
  position_size_pct: 10,
  max_positions: 3,
};
const order = (symbol: string, side: api.Side, quantity: string): api.PlaceMarketOrderInput => ({
  symbol,
  side,
  quantity,
});
const episode = (episodeNumber: number): api.ReportEpisodeInput & { runId: string } => ({
  runId,
  episodeNumber,
  roiPct: 1.5 * episodeNumber,
  sharpeRatio: 0.5 * episodeNumber,
  maxDrawdownPct: 2,
  totalTrades: 10 * episodeNumber,
  rewardSum: 3.25 * episodeNumber,
});

/** Recorded requests and the client calls that make them. */
export const calls: Readonly<Record<string, RecordedCall>> = {
  register: call(api.register, { displayName: "Merlin", startingBalance: "5000.50" }),
  register_empty: call(api.register, {}),
  login: call(api.login, credentials),
  login_wrong_secret: call(api.login, { ...credentials, apiSecret: "sk_live_wrong" }),
  login_agent_key: call(api.login, { ...credentials, apiKey: "$AGENT_KEY" }),
  login_rate_limited: call(api.login, credentials),
  health: call(api.health, {}),

  get_price: call(api.getPrice, { symbol: "BTCUSDT" }),
  get_price_lower_case: call(api.getPrice, { symbol: "ethusdt" }),
  get_price_exponent: call(api.getPrice, { symbol: "SHIBUSDT" }),
  get_price_tiny: call(api.getPrice, { symbol: "PEPEUSDT" }),
  get_price_unknown: call(api.getPrice, { symbol: "FOOUSDT" }),
  get_price_no_price: call(api.getPrice, { symbol: "QRKUSDT" }),
  get_all_prices: call(api.getAllPrices, {}),
  get_all_prices_some: call(
    api.getAllPrices,
    { symbols: ["btcusdt", "ETHUSDT", "NOPE"] },
    { because: "we send no blanks between pairs", query: { symbols: "btcusdt,ETHUSDT,NOPE" } },
  ),
  get_candles_1h: call(api.getCandles, { symbol: "BTCUSDT", interval: "1h", limit: 24 }),
  get_candles_default: call(api.getCandles, { symbol: "ETHUSDT", limit: 3 }),
  get_candles_1m_tiny: call(api.getCandles, { symbol: "PEPEUSDT", interval: "1m", limit: 5 }),
  get_ticker: call(api.getTicker, { symbol: "BTCUSDT" }),
  get_ticker_tiny: call(api.getTicker, { symbol: "PEPEUSDT" }),
  get_ticker_no_price: call(api.getTicker, { symbol: "QRKUSDT" }),
  get_tickers: call(api.getTickers, { symbols: ["BTCUSDT", "ETHUSDT"] }),
  get_recent_trades: call(api.getRecentTrades, { symbol: "BTCUSDT", limit: 4 }),
  get_orderbook: call(api.getOrderbook, { symbol: "BTCUSDT", depth: 5 }),
  get_orderbook_default: call(api.getOrderbook, { symbol: "ADAUSDT" }),
  get_pairs: call(api.getPairs, {}),
  get_available_indicators: call(api.getAvailableIndicators, {}),
  get_indicators: call(api.getIndicators, {
    symbol: "BTCUSDT",
    indicators: ["rsi_14", "sma_20", "macd_hist"],
    lookback: 200,
  }),

  no_credentials: call(api.getBalance, {}),
  bad_key: call(api.getBalance, {}),
  bad_jwt: call(api.getBalance, {}),
  foreign_agent: call(api.getBalance, {}),
  balance_with_jwt: call(api.getBalance, {}),
  balance_with_jwt_and_agent: call(api.getBalance, {}),
  cors_get: call(api.getBalance, {}),
  cors_401_without_cors_headers: call(api.getBalance, {}),

  fresh_account_info: call(api.getAccountInfo, {}),
  fresh_balance: call(api.getBalance, {}),
  fresh_positions: call(api.getPositions, {}),
  fresh_portfolio: call(api.getPortfolio, {}),
  fresh_pnl: call(api.getPnl, {}),
  fresh_performance: call(api.getPerformance, {}),
  fresh_trade_history: call(api.getTradeHistory, {}),
  agents_list: call(api.getAgents, {}),

  place_market_order_buy: call(api.placeMarketOrder, order("BTCUSDT", "buy", "0.02")),
  place_market_order_tiny_price: call(api.placeMarketOrder, order("PEPEUSDT", "buy", "12345678.9")),
  place_market_order_sell: call(api.placeMarketOrder, order("BTCUSDT", "sell", "0.004")),
  place_limit_order: call(api.placeLimitOrder, { ...order("ethusdt", "buy", "0.1000"), price: "3000.00" }),
  place_stop_loss: call(api.placeStopLoss, { ...order("BTCUSDT", "sell", "0.005"), triggerPrice: "58000" }),
  place_take_profit_stop_price_alias: call(
    api.placeTakeProfit,
    { ...order("BTCUSDT", "sell", "0.005"), triggerPrice: "70000" },
    {
      because: "the platform knows the trigger as price and as stop_price",
      body: { symbol: "BTCUSDT", side: "sell", type: "take_profit", quantity: "0.005", price: "70000" },
    },
  ),
  order_unknown_symbol: call(api.placeMarketOrder, order("FOOUSDT", "buy", "1")),
  order_too_small: call(api.placeMarketOrder, order("BTCUSDT", "buy", "0.00001")),
  order_too_large: call(api.placeMarketOrder, order("BTCUSDT", "buy", "0.5")),
  order_position_limit: call(api.placeMarketOrder, order("BTCUSDT", "buy", "0.032")),
  order_insufficient_base: call(api.placeMarketOrder, order("SOLUSDT", "sell", "1")),
  order_insufficient_balance_limit_far: call(api.placeLimitOrder, { ...order("SOLUSDT", "buy", "1"), price: "999999" }),
  order_below_min_notional: call(api.placeLimitOrder, { ...order("ADAUSDT", "buy", "5"), price: "0.4" }),
  order_account_key_no_agent: call(api.placeMarketOrder, order("SOLUSDT", "buy", "0.1")),
  order_account_key_with_agent: call(api.placeMarketOrder, order("BNBUSDT", "buy", "1")),
  get_order_pending: call(api.getOrder, pendingOrder),
  get_order_filled: call(api.getOrder, filledOrder),
  get_order_stop_filled: call(api.getOrder, { orderId: "c1fd6de4-30c1-4b9b-8406-9d068bfef320" }),
  get_order_not_found: call(api.getOrder, { orderId: nobody }),
  get_order_foreign: call(api.getOrder, filledOrder),
  get_open_orders: call(api.getOpenOrders, {}),
  trade_rate_limited: call(api.getOpenOrders, {}),
  list_orders: call(api.listOrders, { limit: 10 }),
  list_orders_filtered: call(api.listOrders, { status: "filled", symbol: "BTCUSDT" }),
  cancel_order: call(api.cancelOrder, pendingOrder),
  cancel_order_again: call(api.cancelOrder, pendingOrder),
  cancel_order_not_found: call(api.cancelOrder, { orderId: nobody }),
  cancel_all_orders: call(api.cancelAllOrders, {}),
  cancel_all_orders_none: call(api.cancelAllOrders, {}),
  get_trade_history: call(api.getTradeHistory, {}),
  get_trade_history_page: call(api.getTradeHistory, { symbol: "BTCUSDT", limit: 1, offset: 1 }),

  get_account_info: call(api.getAccountInfo, {}),
  get_balance: call(api.getBalance, {}),
  get_positions: call(api.getPositions, {}),
  get_portfolio: call(api.getPortfolio, {}),
  get_pnl: call(api.getPnl, { period: "7d" }),
  get_performance: call(api.getPerformance, { period: "30d" }),
  get_portfolio_history: call(api.getPortfolioHistory, { interval: "1h", limit: 24 }),
  get_leaderboard: call(api.getLeaderboard, { period: "all" }),
  reset_account: call(api.resetAccount, {}),

  create_strategy: call(api.createStrategy, { name: "RSI dip", description: "buy dips", definition }),
  create_strategy_second: call(api.createStrategy, {
    name: "MACD",
    definition: { ...definition, entry_conditions: { macd_cross_above: true } },
  }),
  get_strategies: call(api.getStrategies, { limit: 10 }),
  get_strategy: call(api.getStrategy, { strategyId }),
  get_strategy_not_found: call(api.getStrategy, { strategyId: nobody }),
  create_version: call(api.createVersion, {
    strategyId,
    definition: { ...definition, position_size_pct: 20 },
    changeNotes: "bigger",
  }),
  deploy_strategy: call(api.deployStrategy, { strategyId, version: 1 }),
  deploy_strategy_again: call(api.deployStrategy, { strategyId, version: 1 }),
  undeploy_strategy: call(api.undeployStrategy, { strategyId }),
  undeploy_strategy_again: call(api.undeployStrategy, { strategyId }),
  compare_strategies: call(api.compareStrategies, {
    strategyIds: [strategyId, "52b8e643-0d83-44e2-877d-9af6267a1c85"],
    rankingMetric: "sharpe_ratio",
  }),
  run_test: call(api.runTest, {
    strategyId,
    version: 1,
    episodes: 3,
    dateRange: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" },
    episodeDurationDays: 7,
  }),
  get_test_status: call(api.getTestStatus, { strategyId, testId }),
  get_test_results: call(api.getTestResults, { strategyId, testId }),
  list_tests: call(api.getTests, { strategyId }),
  cancel_test: call(api.cancelTest, { strategyId, testId }),
  get_test_not_found: call(api.getTestStatus, { strategyId, testId: nobody }),
  compare_versions: call(api.compareVersions, { strategyId, v1: 1, v2: 2 }),

  register_training_run: call(
    api.registerTrainingRun,
    { runId, config: { algo: "ppo" } },
    { because: "the platform ignores episodes_total", body: { run_id: runId, config: { algo: "ppo" } } },
  ),
  report_episode_1: call(api.reportEpisode, episode(1)),
  report_episode_2: call(api.reportEpisode, episode(2)),
  report_episode_3: call(api.reportEpisode, episode(3)),
  get_training_runs: call(api.getTrainingRuns, {}),
  get_training_run: call(api.getTrainingRun, { runId }),
  get_training_run_not_found: call(api.getTrainingRun, { runId: nobody }),
  compare_training_runs: call(api.compareTrainingRuns, { runIds: [runId, nobody] }),
  complete_training_run: call(api.completeTrainingRun, { runId }),

  compute_deflated_sharpe: call(api.computeDeflatedSharpe, {
    returns: [0.01, -0.005, 0.007, 0.002, -0.003, 0.011, 0.004, -0.006, 0.009, 0.001, 0.003, -0.002],
    numTrials: 5,
    annualizationFactor: 252,
  }),

  create_webhook: call(api.createWebhook, {
    url: "https://hooks.example.com/a",
    events: ["backtest.completed", "strategy.deployed"],
    description: "mine",
  }),
  list_webhooks: call(api.listWebhooks, {}),
  get_webhook: call(api.getWebhook, { webhookId }),
  update_webhook: call(api.updateWebhook, { webhookId, active: false }),
  test_webhook: call(api.testWebhook, { webhookId }),
  delete_webhook: call(api.deleteWebhook, { webhookId }),
  get_webhook_gone: call(api.getWebhook, { webhookId }),

  create_backtest: call(api.createBacktest, {
    startTime: "2026-11-22T20:00:00Z",
    endTime: "2026-11-22T22:00:00Z",
    startingBalance: "10000",
    pairs: ["BTCUSDT"],
    candleInterval: "1m",
    strategyLabel: "bench",
  }),
  start_backtest: call(api.startBacktest, { sessionId }),
  backtest_order: call(api.placeBacktestOrder, {
    sessionId,
    type: "market",
    ...order("BTCUSDT", "buy", "0.01"),
  }),
  batch_step_fast: call(api.batchStepFast, { sessionId, steps: 10 }),
  batch_step_fast_rest: call(api.batchStepFast, { sessionId, steps: 100_000, includeIntermediateTrades: true }),
  batch_step_fast_not_found: call(api.batchStepFast, { sessionId: nobody, steps: 10 }),
  backtest_results: call(api.getBacktestResults, { sessionId }),
};
