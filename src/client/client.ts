/// <reference lib="esnext.disposable" preserve="true" />
import type {
  AccountInfo,
  AccountMode,
  AccountReset,
  Agent,
  AgentKey,
  AnalyzeDecisionsOptions,
  Backtest,
  BacktestBalance,
  BacktestComparison,
  BacktestHolding,
  BacktestOrder,
  BacktestPortfolio,
  BacktestPrice,
  BacktestPrices,
  BacktestResults,
  BacktestSnapshot,
  BacktestStep,
  BacktestTicker,
  BacktestTrade,
  Balance,
  BatchStepFastInput,
  BestBacktest,
  CancelledBacktest,
  CancelledBacktestOrder,
  CancelledOrder,
  CancelledOrders,
  Candle,
  CloneAgentOptions,
  CompareStrategiesOptions,
  ComparedRun,
  ComputeDeflatedSharpeInput,
  CreateAgentInput,
  CreateBacktestInput,
  CreateStrategyInput,
  CreateVersionInput,
  CreateWebhookInput,
  CreatedAgent,
  CreatedBacktest,
  CreatedWebhook,
  DataRange,
  DecisionAnalysis,
  DecisionTrace,
  DeflatedSharpe,
  FastBacktestStep,
  Feedback,
  FilledOrder,
  GetAgentsOptions,
  GetAllPricesOptions,
  GetBacktestCandlesOptions,
  GetBacktestEquityCurveOptions,
  GetBacktestTradesOptions,
  GetBacktestsOptions,
  GetBestBacktestOptions,
  GetCandlesOptions,
  GetIndicatorsOptions,
  GetLeaderboardOptions,
  GetLearningCurveOptions,
  GetOpenOrdersOptions,
  GetOrderbookOptions,
  GetPairsOptions,
  GetPerformanceOptions,
  GetPnlOptions,
  GetPortfolioHistoryOptions,
  GetRecentTradesOptions,
  GetStrategiesOptions,
  GetTickersOptions,
  GetTradeHistoryOptions,
  GetTrainingRunsOptions,
  Health,
  Indicators,
  LeaderboardEntry,
  ListOrdersOptions,
  Login,
  MarketPrice,
  OpenBacktestOrder,
  Order,
  OrderIntent,
  Orderbook,
  Pair,
  PendingOrder,
  Performance,
  PlaceBacktestOrderInput,
  PlaceLimitOrderInput,
  PlaceMarketOrderInput,
  PlaceStopLossInput,
  PlaceTakeProfitInput,
  PlacedBacktestOrder,
  Pnl,
  Portfolio,
  PortfolioSnapshot,
  Position,
  Price,
  PublicTrade,
  RegisterInput,
  RegisterTrainingRunInput,
  Registration,
  ReportEpisodeInput,
  ResetAccountInput,
  RiskProfile,
  RunTestInput,
  SetAccountModeInput,
  SmoothedLearningCurve,
  StartedBacktest,
  StoredBacktestTrade,
  Strategy,
  StrategyComparison,
  StrategyDetail,
  StrategyVersion,
  TestRun,
  TestRunDetail,
  Ticker,
  Trade,
  TrainingRun,
  TrainingRunDetail,
  UpdateAgentInput,
  UpdateFeedbackInput,
  UpdateStrategyInput,
  UpdateWebhookInput,
  VersionComparison,
  Webhook,
  WebhookTest,
} from "../endpoints/index.ts";
import type { AgentExchangeStream } from "../stream/index.ts";
import {
  bindMembers,
  type CallOptions,
  type ClientOptions,
  type ReconcileOptions,
  type UnresolvedOrder,
} from "../transport/index.ts";
import { callOnce, type ConnectionOptions } from "./callOnce.ts";
import { createClient, ownClient, type Client } from "./createClient.ts";
import * as operations from "./operations/index.ts";
import { trackOrders } from "./requestAboutOrders.ts";
import type {
  GetRiskProfileOptions,
  IterateOrdersOptions,
  IterateTradeHistoryOptions,
  MarketSnapshot,
  StepBacktestOptions,
  UpdateRiskProfileInput,
  WaitForOrderOptions,
} from "./operations/index.ts";

/**
 * Client of an AgentExchange platform. One client is enough for a whole program: concurrent calls share one rate limit
 * and one login.
 *
 * An agent's key sees that agent only. An account's key or token sees the agent that `agentId` names, in the client's
 * options or a call's; without `agentId` it sees the orders, trades, results and equity of all its agents. The platform
 * does not aggregate everything then: balances and positions list an asset once per agent, and the portfolio contains the
 * cash of one agent only. The embedded exchange aggregates everything in its default fidelity.
 *
 * @example
 * ```ts
 * await using client = new AgentExchangeClient({ baseUrl: "https://exchange.example", apiKey: "ak_live_example" });
 * console.log(typeof client.getPortfolio);
 * ```
 */
export class AgentExchangeClient {
  readonly #client: Client;

  /**
   * @param options see {@link ClientOptions}; without credentials only public market data is available
   * @throws {@link ValidationError} if an option is missing or invalid
   */
  constructor(options: ClientOptions = {}) {
    this.#client = createClient(options);
    ownClient(this, this.#client);
    trackOrders(this.#client);
    bindMembers(this);
    // WebKitGTK has no Symbol.asyncDispose yet. Compilers of `await using` then look for this symbol.
    if (typeof Symbol.asyncDispose !== "symbol") {
      Object.defineProperty(this, Symbol.for("Symbol.asyncDispose"), { value: () => this.close() });
    }
  }

  /**
   * Registers an account with its first agent. Only this response contains the keys and the secret: store them.
   *
   * @throws {@link ConflictError} if the e-mail address is taken
   * @throws {@link RateLimitError} after three registrations per minute
   * @example
   * ```ts
   * const account = await AgentExchangeClient.register({ displayName: "Kestrel", startingBalance: "10000" }, connection);
   * const mine = new AgentExchangeClient({ ...connection, apiKey: account.agentApiKey ?? account.apiKey });
   * console.log((await mine.getBalance()).totalEquityUsdt.toString());
   * ```
   */
  static register(
    account: RegisterInput,
    connection: ConnectionOptions = {},
    options?: CallOptions,
  ): Promise<Registration> {
    return callOnce(connection, (client) => operations.register(client, account, options));
  }

  /**
   * Gets a bearer token for an account's key and secret, valid for an hour.
   *
   * A client with `token: "login"` logs in itself.
   *
   * @throws {@link NotFoundError} for an agent's key
   * @throws {@link AuthenticationError} for a wrong secret
   * @throws {@link RateLimitError} after five logins per minute
   * @example
   * ```ts
   * const account = await AgentExchangeClient.register({ displayName: "Kestrel" }, connection);
   * const { token, expiresAt } = await AgentExchangeClient.login(account, connection);
   * console.log(token.length > 0, expiresAt);
   * ```
   */
  static login(
    account: { readonly apiKey: string; readonly apiSecret: string },
    connection: ConnectionOptions = {},
    options?: CallOptions,
  ): Promise<Login> {
    return callOnce(connection, (client) => operations.login(client, account, options));
  }

  /**
   * Last traded price of one pair, in USDT.
   *
   * @throws {@link InvalidSymbolError} if the pair does not exist or has not been traded yet
   * @example
   * ```ts
   * const { price } = await client.getPrice("BTCUSDT");
   * console.log(price.toFixed(2));
   * ```
   */
  getPrice(symbol: string, options?: CallOptions): Promise<Price> {
    return operations.getPrice(this.#client, symbol, options);
  }

  /**
   * Last prices of all pairs or of some; unknown pairs are omitted. Each says whether the platform's feed has stopped and
   * how old its newest trade is: do not trade at a price that is `stale`.
   *
   * @example
   * ```ts
   * for (const { symbol, price, stale, dataAgeSeconds } of await client.getAllPrices())
   *   console.log(symbol, price.toString(), stale ? `${dataAgeSeconds} s old` : "");
   * ```
   */
  getAllPrices(query?: GetAllPricesOptions, options?: CallOptions): Promise<readonly MarketPrice[]> {
    return operations.getAllPrices(this.#client, query, options);
  }

  /**
   * Candles of one pair, oldest first; intervals without trades are omitted.
   *
   * @throws {@link InvalidSymbolError} if the pair does not exist
   * @example
   * ```ts
   * const candles = await client.getCandles("BTCUSDT", { interval: "1h", limit: 24 });
   * console.log(candles.at(-1)?.close.toString());
   * ```
   */
  getCandles(symbol: string, query?: GetCandlesOptions, options?: CallOptions): Promise<readonly Candle[]> {
    return operations.getCandles(this.#client, symbol, query, options);
  }

  /**
   * Change, high, low and volume of one pair over the platform's window.
   *
   * @throws {@link InvalidSymbolError} if the pair does not exist or has not been traded yet
   * @example
   * ```ts
   * const ticker = await client.getTicker("BTCUSDT");
   * console.log(`${ticker.changePct} %`);
   * ```
   */
  getTicker(symbol: string, options?: CallOptions): Promise<Ticker> {
    return operations.getTicker(this.#client, symbol, options);
  }

  /**
   * Tickers of up to 100 pairs; pairs without data are omitted.
   *
   * @example
   * ```ts
   * const tickers = await client.getTickers({ symbols: ["BTCUSDT", "ETHUSDT"] });
   * for (const { symbol, changePct } of tickers) console.log(symbol, `${changePct} %`);
   * ```
   */
  getTickers(query?: GetTickersOptions, options?: CallOptions): Promise<readonly Ticker[]> {
    return operations.getTickers(this.#client, query, options);
  }

  /**
   * The latest public trades of one pair, newest first.
   *
   * @throws {@link InvalidSymbolError} if the pair does not exist
   * @example
   * ```ts
   * const trades = await client.getRecentTrades("BTCUSDT", { limit: 10 });
   * console.log(trades.map((trade) => (trade.isBuyerMaker ? "sell" : "buy")));
   * ```
   */
  getRecentTrades(
    symbol: string,
    query?: GetRecentTradesOptions,
    options?: CallOptions,
  ): Promise<readonly PublicTrade[]> {
    return operations.getRecentTrades(this.#client, symbol, query, options);
  }

  /**
   * Order book of one pair: bids from the highest, asks from the lowest.
   *
   * @throws {@link InvalidSymbolError} if the pair does not exist or has not been traded yet
   * @example
   * ```ts
   * const { bids, asks } = await client.getOrderbook("BTCUSDT", { depth: 5 });
   * console.log(asks[0]?.price.minus(bids[0]?.price ?? 0).toString());
   * ```
   */
  getOrderbook(symbol: string, query?: GetOrderbookOptions, options?: CallOptions): Promise<Orderbook> {
    return operations.getOrderbook(this.#client, symbol, query, options);
  }

  /**
   * Listed pairs with minimum quantity, step size and minimum order value.
   *
   * @example
   * ```ts
   * const pairs = await client.getPairs({ status: "active" });
   * console.log(pairs.length);
   * ```
   */
  getPairs(query?: GetPairsOptions, options?: CallOptions): Promise<readonly Pair[]> {
    return operations.getPairs(this.#client, query, options);
  }

  /**
   * Technical indicators of one pair over its latest 1-minute candles; those without enough data are omitted.
   *
   * @throws {@link InvalidSymbolError} if the pair has no candles
   * @example
   * ```ts
   * const { indicators } = await client.getIndicators("BTCUSDT", { indicators: ["rsi_14", "sma_20"] });
   * console.log(indicators["rsi_14"]);
   * ```
   */
  getIndicators(symbol: string, query?: GetIndicatorsOptions, options?: CallOptions): Promise<Indicators> {
    return operations.getIndicators(this.#client, symbol, query, options);
  }

  /**
   * Names of all indicators that the platform computes.
   *
   * @example
   * ```ts
   * const indicators = await client.getAvailableIndicators();
   * console.log(indicators.join(" "));
   * ```
   */
  getAvailableIndicators(options?: CallOptions): Promise<readonly string[]> {
    return operations.getAvailableIndicators(this.#client, options);
  }

  /**
   * The period that the platform has candles for, which backtests can use.
   *
   * @throws {@link ServerError} if the platform has no candles
   * @example
   * ```ts
   * const { earliest, latest } = await client.getDataRange();
   * console.log(earliest, latest);
   * ```
   */
  getDataRange(options?: CallOptions): Promise<DataRange> {
    return operations.getDataRange(this.#client, options);
  }

  /**
   * Health of the platform and its price feed; an unhealthy platform is a result, not an error.
   *
   * @example
   * ```ts
   * const { status, stalePairs } = await client.health();
   * console.log(status, stalePairs);
   * ```
   */
  health(options?: CallOptions): Promise<Health> {
    return operations.health(this.#client, options);
  }

  /**
   * Price and ticker of every pair, requested in parallel. A pair that fails has an entry with its error and does not
   * affect the others.
   *
   * @example
   * ```ts
   * const { entries, took } = await client.marketSnapshot(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
   * for (const { symbol, price, error } of entries) console.log(symbol, price?.price.toString() ?? error?.message);
   * console.log(`${took} ms`);
   * ```
   */
  marketSnapshot(symbols: readonly string[], options?: CallOptions): Promise<MarketSnapshot> {
    return operations.marketSnapshot(this.#client, symbols, options);
  }

  /**
   * Executes immediately at the last price, with slippage and fee; fills completely or fails.
   *
   * @throws {@link InsufficientBalanceError}, {@link OrderRejectedError} (a risk rule), {@link InvalidSymbolError} or {@link OrderError}; the order was not placed
   * @throws {@link OrderOutcomeUnknownError} if it may have been placed; its `reconcile()` finds out
   * @example
   * ```ts
   * const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * console.log(order.status, order.executedPrice.toString());
   * ```
   */
  placeMarketOrder(order: PlaceMarketOrderInput, options?: CallOptions): Promise<FilledOrder> {
    return operations.placeMarketOrder(this.#client, order, options);
  }

  /**
   * Fills at `price` or better: a buy at or below it, a sell at or above it.
   *
   * @throws the errors of {@link AgentExchangeClient.placeMarketOrder}
   * @example
   * ```ts
   * const { price } = await client.getPrice("ETHUSDT");
   * const order = await client.placeLimitOrder({ symbol: "ETHUSDT", side: "buy", quantity: "0.1", price: price.times("0.95").toFixed(2) });
   * console.log(order.status); // pending
   * ```
   */
  placeLimitOrder(order: PlaceLimitOrderInput, options?: CallOptions): Promise<PendingOrder> {
    return operations.placeLimitOrder(this.#client, order, options);
  }

  /**
   * Executes at the market price once the last price is at or below `triggerPrice`. A buy, too: with a trigger price above
   * the last price it executes immediately.
   *
   * `hint` of the result says so. In a backtest a stop-loss buy triggers when the price rises.
   *
   * @throws the errors of {@link AgentExchangeClient.placeMarketOrder}
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * const { price } = await client.getPrice("BTCUSDT");
   * await client.placeStopLoss({ symbol: "BTCUSDT", side: "sell", quantity: "0.001", triggerPrice: price.times("0.95").toFixed(2) });
   * ```
   */
  placeStopLoss(order: PlaceStopLossInput, options?: CallOptions): Promise<PendingOrder> {
    return operations.placeStopLoss(this.#client, order, options);
  }

  /**
   * Executes at the market price once the last price is at or above `triggerPrice`. A buy, too: with a trigger price below
   * the last price it executes immediately.
   *
   * `hint` of the result says so. In a backtest a take-profit buy triggers when the price falls.
   *
   * @throws the errors of {@link AgentExchangeClient.placeMarketOrder}
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * const { price } = await client.getPrice("BTCUSDT");
   * await client.placeTakeProfit({ symbol: "BTCUSDT", side: "sell", quantity: "0.001", triggerPrice: price.times("1.05").toFixed(2) });
   * ```
   */
  placeTakeProfit(order: PlaceTakeProfitInput, options?: CallOptions): Promise<PendingOrder> {
    return operations.placeTakeProfit(this.#client, order, options);
  }

  /**
   * Finds out whether a recorded order was placed. The record is `error.record` of an {@link OrderOutcomeUnknownError}, or
   * one of {@link AgentExchangeClient.unresolvedOrders}; it can come from another process or an earlier day. The client
   * needs the key that the order was sent with, or, if the record names an agent, the key of that agent or its account. If
   * the order's own call is still running, `reconcile()` waits for it first.
   *
   * @returns the order; or null if none was found until `wait` milliseconds after it was sent, or first seen by this client
   * @throws {@link OrderOutcomeUndecidedError} if several orders match
   * @throws {@link ValidationError} for the record of another key
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * for (const { record } of await client.unresolvedOrders()) {
   *   const order = await client.reconcile(record);
   *   console.log(record.symbol, order?.orderId ?? "not found");
   * }
   * ```
   */
  reconcile(record: OrderIntent, options?: ReconcileOptions): Promise<Order | null> {
    return operations.reconcile(this.#client, record, options);
  }

  /**
   * Orders whose outcome is unknown: those that a crash left in the `intents` store, and those of this client that have
   * not been reconciled. Omits orders that are being placed now, and records of another key that name no agent, since this
   * client cannot reconcile them.
   *
   * @throws the errors of the store
   * @example
   * ```ts
   * await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * for (const unresolved of await client.unresolvedOrders()) {
   *   const order = await unresolved.reconcile();
   *   console.log(unresolved.symbol, order?.orderId ?? "not found");
   * }
   * ```
   */
  unresolvedOrders(): Promise<readonly UnresolvedOrder[]> {
    return operations.unresolvedOrders(this.#client);
  }

  /**
   * One order by id.
   *
   * @throws {@link OrderNotFoundError} if no order of this account or agent has the id
   * @example
   * ```ts
   * const { orderId } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * console.log((await client.getOrder(orderId)).fee?.toString());
   * ```
   */
  getOrder(orderId: string, options?: CallOptions): Promise<Order> {
    return operations.getOrder(this.#client, orderId, options);
  }

  /**
   * Pending orders, newest first.
   *
   * @example
   * ```ts
   * for (const order of await client.getOpenOrders()) console.log(order.type, order.symbol, order.price?.toString());
   * ```
   */
  getOpenOrders(query?: GetOpenOrdersOptions, options?: CallOptions): Promise<readonly Order[]> {
    return operations.getOpenOrders(this.#client, query, options);
  }

  /**
   * Orders of all statuses, newest first. The last page is the first one that is shorter than `limit`.
   *
   * @example
   * ```ts
   * const cancelled = await client.listOrders({ status: "cancelled", symbol: "BTCUSDT" });
   * console.log(cancelled.length);
   * ```
   */
  listOrders(query?: ListOrdersOptions, options?: CallOptions): Promise<readonly Order[]> {
    return operations.listOrders(this.#client, query, options);
  }

  /**
   * Iterates over all orders, newest first, page by page. Each order occurs exactly once, even if orders are placed, filled
   * or cancelled meanwhile. Orders that are placed after the first page was read are omitted.
   *
   * @example
   * ```ts
   * for await (const order of client.iterateOrders({ symbol: "BTCUSDT" })) {
   *   if (order.status === "filled") break;
   * }
   * ```
   */
  iterateOrders(query?: IterateOrdersOptions, options?: CallOptions): AsyncGenerator<Order, void, undefined> {
    return operations.iterateOrders(this.#client, query, options);
  }

  /**
   * Cancels an open order and releases its funds.
   *
   * If the response to the cancellation is lost, the call repeats it safely.
   *
   * @throws {@link OrderNotFoundError} if no order of this account or agent has the id
   * @throws {@link OrderError} `ORDER_NOT_CANCELLABLE` if it is already filled or cancelled
   * @example
   * ```ts
   * const { price } = await client.getPrice("ETHUSDT");
   * const { orderId } = await client.placeLimitOrder({ symbol: "ETHUSDT", side: "buy", quantity: "0.1", price: price.times("0.9").toFixed(2) });
   * const { unlockedAmount } = await client.cancelOrder(orderId);
   * console.log(unlockedAmount.toString());
   * ```
   */
  cancelOrder(orderId: string, options?: CallOptions): Promise<CancelledOrder> {
    return operations.cancelOrder(this.#client, orderId, options);
  }

  /**
   * Cancels all open orders.
   *
   * With an account's key and no `agentId`, it cancels those of all agents. If a response is lost and the call is repeated,
   * the result counts only the orders that the last attempt cancelled.
   *
   * @example
   * ```ts
   * const { cancelledCount } = await client.cancelAllOrders();
   * console.log(cancelledCount);
   * ```
   */
  cancelAllOrders(options?: CallOptions): Promise<CancelledOrders> {
    return operations.cancelAllOrders(this.#client, options);
  }

  /**
   * Your trades, newest first.
   *
   * @example
   * ```ts
   * const trades = await client.getTradeHistory({ symbol: "BTCUSDT", limit: 5 });
   * console.log(trades.map((trade) => `${trade.side} ${trade.quantity} at ${trade.price}`));
   * ```
   */
  getTradeHistory(query?: GetTradeHistoryOptions, options?: CallOptions): Promise<readonly Trade[]> {
    return operations.getTradeHistory(this.#client, query, options);
  }

  /**
   * Iterates over all your trades, newest first, page by page. Each trade occurs exactly once, even if others are made
   * meanwhile. Trades that are made after the first page was read are omitted.
   *
   * @example
   * ```ts
   * for await (const trade of client.iterateTradeHistory({ side: "buy" })) console.log(trade.total.toString());
   * ```
   */
  iterateTradeHistory(
    query?: IterateTradeHistoryOptions,
    options?: CallOptions,
  ): AsyncGenerator<Trade, void, undefined> {
    return operations.iterateTradeHistory(this.#client, query, options);
  }

  /**
   * Polls an order, less and less often, until it is filled, cancelled or expired, or has one of the given statuses.
   *
   * @throws {@link TimeoutError} after `timeout` milliseconds
   * @throws {@link OrderError} `ORDER_ENDED` if the order can no longer reach a given status
   * @example
   * ```ts
   * const { orderId } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
   * const order = await client.waitForOrder(orderId, { until: "filled", timeout: 10_000 });
   * console.log(order.executedPrice?.toString());
   * ```
   */
  waitForOrder(orderId: string, wait?: WaitForOrderOptions, options?: CallOptions): Promise<Order> {
    return operations.waitForOrder(this.#client, orderId, wait, options);
  }

  /**
   * Account name, status, session and effective risk limits.
   *
   * `apiKey` is the account's key; it is hidden when the result is printed or serialised. With an account's key and no
   * `agentId`, the limits are the account's own.
   *
   * @example
   * ```ts
   * const info = await client.getAccountInfo();
   * console.log(info.displayName, info.riskProfile.maxOpenOrders);
   * ```
   */
  getAccountInfo(options?: CallOptions): Promise<AccountInfo> {
    return operations.getAccountInfo(this.#client, options);
  }

  /**
   * Balance of each asset, available and locked, and the total in USDT. With an account's key and no `agentId` it covers all
   * agents, and the platform lists an asset once per agent.
   *
   * @example
   * ```ts
   * const { balances } = await client.getBalance();
   * console.log(balances[0]?.asset, balances[0]?.available.toString());
   * ```
   */
  getBalance(options?: CallOptions): Promise<Balance> {
    return operations.getBalance(this.#client, options);
  }

  /**
   * Open positions by symbol, with unrealised profit and loss at the last price. With an account's key and no `agentId` it
   * covers all agents, and the platform lists a pair once per agent that holds it.
   *
   * @example
   * ```ts
   * for (const { symbol, quantity, unrealizedPnl } of await client.getPositions()) console.log(symbol, quantity.toString(), unrealizedPnl.toString());
   * ```
   */
  getPositions(options?: CallOptions): Promise<readonly Position[]> {
    return operations.getPositions(this.#client, options);
  }

  /**
   * Equity, cash, positions and profit, in USDT. With an account's key and no `agentId` the platform returns the positions
   * of all agents, but the cash of only one and the account's own starting balance: query each agent and add up instead.
   *
   * @example
   * ```ts
   * const portfolio = await client.getPortfolio();
   * console.log(`${portfolio.totalEquity} USDT, ${portfolio.roiPct} %`);
   * ```
   */
  getPortfolio(options?: CallOptions): Promise<Portfolio> {
    return operations.getPortfolio(this.#client, options);
  }

  /**
   * Profit and loss, fees and win rate. The platform applies `period` only to fees and counts. With an account's key and no
   * `agentId` it covers all agents.
   *
   * @example
   * ```ts
   * const { totalPnl, winRate } = await client.getPnl({ period: "7d" });
   * console.log(totalPnl.toString(), winRate.toFixed(1));
   * ```
   */
  getPnl(query?: GetPnlOptions, options?: CallOptions): Promise<Pnl> {
    return operations.getPnl(this.#client, query, options);
  }

  /**
   * Resets the whole account, even with an agent's key: cancels open orders and restores every agent's starting balance.
   *
   * @throws {@link ValidationError} for `newStartingBalance`, which the platform would ignore
   * @example
   * ```ts
   * const { newSession } = await client.resetAccount();
   * console.log(newSession.startingBalance.toString());
   * ```
   */
  resetAccount(input?: ResetAccountInput, options?: CallOptions): Promise<AccountReset> {
    return operations.resetAccount(this.#client, input, options);
  }

  /**
   * The account's mode, a label without an effect on trading, and how many of its backtests are active and completed.
   *
   * @example
   * ```ts
   * const { mode, activeBacktests } = await client.getAccountMode();
   * console.log(mode, activeBacktests);
   * ```
   */
  getAccountMode(options?: CallOptions): Promise<AccountMode> {
    return operations.getAccountMode(this.#client, options);
  }

  /**
   * Sets the account's mode and label. Both have no effect on trading.
   *
   * @example
   * ```ts
   * const { activeStrategyLabel } = await client.setAccountMode({ mode: "backtest", strategyLabel: "rsi" });
   * console.log(activeStrategyLabel);
   * ```
   */
  setAccountMode(input: SetAccountModeInput, options?: CallOptions): Promise<AccountMode> {
    return operations.setAccountMode(this.#client, input, options);
  }

  /**
   * Risk limits of an agent, or without `agentId` those that apply to the client's key.
   *
   * @example
   * ```ts
   * const { maxPositionSizePct } = await client.getRiskProfile();
   * console.log(maxPositionSizePct);
   * ```
   */
  getRiskProfile(query?: GetRiskProfileOptions, options?: CallOptions): Promise<RiskProfile> {
    return operations.getRiskProfile(this.#client, query, options);
  }

  /**
   * Sets the risk limits of an agent, or without `agentId` those of the client's key.
   *
   * @example
   * ```ts
   * await client.updateRiskProfile({ maxPositionSizePct: 20, dailyLossLimitPct: 10, maxOpenOrders: 40 });
   * ```
   */
  updateRiskProfile(profile: UpdateRiskProfileInput, options?: CallOptions): Promise<RiskProfile> {
    return operations.updateRiskProfile(this.#client, profile, options);
  }

  /**
   * Sharpe and Sortino ratio, drawdown, win rate and other statistics of the trades closed in a period. With an account's
   * key and no `agentId` it covers all agents.
   *
   * @example
   * ```ts
   * const { sharpeRatio, totalTrades } = await client.getPerformance({ period: "7d" });
   * console.log(sharpeRatio.toString(), totalTrades);
   * ```
   */
  getPerformance(query?: GetPerformanceOptions, options?: CallOptions): Promise<Performance> {
    return operations.getPerformance(this.#client, query, options);
  }

  /**
   * Equity over time, oldest first. With an account's key and no `agentId` it covers all agents; the platform has no history
   * of a whole account until one of its agents has requested its own.
   *
   * @example
   * ```ts
   * const snapshots = await client.getPortfolioHistory({ interval: "1h", limit: 24 });
   * console.log(snapshots.at(-1)?.totalEquity.toString());
   * ```
   */
  getPortfolioHistory(
    query?: GetPortfolioHistoryOptions,
    options?: CallOptions,
  ): Promise<readonly PortfolioSnapshot[]> {
    return operations.getPortfolioHistory(this.#client, query, options);
  }

  /**
   * The best accounts of a period by return on investment, at most 50.
   *
   * @example
   * ```ts
   * const [best] = await client.getLeaderboard({ period: "7d", limit: 1 });
   * console.log(best?.displayName);
   * ```
   */
  getLeaderboard(query?: GetLeaderboardOptions, options?: CallOptions): Promise<readonly LeaderboardEntry[]> {
    return operations.getLeaderboard(this.#client, query, options);
  }

  /**
   * Stores a strategy with its first version. The definition is validated before it is sent, and stored unchanged.
   *
   * @throws {@link ValidationError} if the definition is invalid
   * @example
   * ```ts
   * const strategy = await client.createStrategy({
   *   name: "RSI dip",
   *   definition: { pairs: ["BTCUSDT"], timeframe: "1h", entry_conditions: { rsi_below: 30 }, exit_conditions: { take_profit_pct: 5 } },
   * });
   * console.log(strategy.strategyId, strategy.status);
   * ```
   */
  createStrategy(strategy: CreateStrategyInput, options?: CallOptions): Promise<Strategy> {
    return operations.createStrategy(this.#client, strategy, options);
  }

  /**
   * Strategies, newest first, archived ones included. The last page is the first one that is shorter than `limit`.
   *
   * @example
   * ```ts
   * const strategies = await client.getStrategies({ limit: 10 });
   * console.log(strategies.map(({ name, status }) => `${name}: ${status}`));
   * ```
   */
  getStrategies(query?: GetStrategiesOptions, options?: CallOptions): Promise<readonly Strategy[]> {
    return operations.getStrategies(this.#client, query, options);
  }

  /**
   * One strategy with its current definition and its latest test results.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * const { name, currentVersion } = await client.getStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * console.log(name, currentVersion);
   * ```
   */
  getStrategy(strategyId: string, options?: CallOptions): Promise<StrategyDetail> {
    return operations.getStrategy(this.#client, strategyId, options);
  }

  /**
   * Changes the name or description of a strategy; its rules change with {@link AgentExchangeClient.createVersion}.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * const { name } = await client.updateStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", { name: "RSI dip, slow" });
   * console.log(name);
   * ```
   */
  updateStrategy(strategyId: string, changes: UpdateStrategyInput, options?: CallOptions): Promise<Strategy> {
    return operations.updateStrategy(this.#client, strategyId, changes, options);
  }

  /**
   * Marks a strategy as archived. It is still listed, and can be tested and deployed; nothing is deleted.
   *
   * @throws {@link NotFoundError}
   * @throws {@link ConflictError} if it is deployed
   * @example
   * ```ts
   * const { status } = await client.archiveStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * console.log(status);
   * ```
   */
  archiveStrategy(strategyId: string, options?: CallOptions): Promise<Strategy> {
    return operations.archiveStrategy(this.#client, strategyId, options);
  }

  /**
   * Adds a version to a strategy; earlier versions do not change.
   *
   * @throws {@link NotFoundError}
   * @throws {@link ValidationError} if the definition is invalid
   * @example
   * ```ts
   * const { version } = await client.createVersion("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", {
   *   definition: { pairs: ["BTCUSDT"], entry_conditions: { rsi_below: 25 } },
   *   changeNotes: "deeper dips",
   * });
   * console.log(version);
   * ```
   */
  createVersion(strategyId: string, version: CreateVersionInput, options?: CallOptions): Promise<StrategyVersion> {
    return operations.createVersion(this.#client, strategyId, version, options);
  }

  /**
   * All versions of a strategy, newest first.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * const versions = await client.getVersions("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * console.log(versions.map(({ version, changeNotes }) => `${version}: ${changeNotes}`));
   * ```
   */
  getVersions(strategyId: string, options?: CallOptions): Promise<readonly StrategyVersion[]> {
    return operations.getVersions(this.#client, strategyId, options);
  }

  /**
   * One version of a strategy with its rules.
   *
   * @param version its number, from 1
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * const { definition } = await client.getVersion("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", 1);
   * console.log(definition.pairs);
   * ```
   */
  getVersion(strategyId: string, version: number, options?: CallOptions): Promise<StrategyVersion> {
    return operations.getVersion(this.#client, strategyId, version, options);
  }

  /**
   * Marks a version as deployed, which is possible once per version. The platform places no orders for it.
   *
   * @param version its number, from 1
   * @throws {@link ConflictError} if the version has been deployed before
   * @example
   * ```ts
   * await client.deployStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", 1);
   * ```
   */
  deployStrategy(strategyId: string, version: number, options?: CallOptions): Promise<Strategy> {
    return operations.deployStrategy(this.#client, strategyId, version, options);
  }

  /**
   * Ends the deployment of a strategy.
   *
   * @throws {@link ConflictError} if it is not deployed
   * @example
   * ```ts
   * await client.undeployStrategy("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * ```
   */
  undeployStrategy(strategyId: string, options?: CallOptions): Promise<Strategy> {
    return operations.undeployStrategy(this.#client, strategyId, options);
  }

  /**
   * Ranks 2 to 10 strategies by a metric of their latest tests, best first.
   *
   * @example
   * ```ts
   * const ids = ["916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", "52b8e643-0d83-44e2-877d-9af6267a1c85"];
   * const { strategies } = await client.compareStrategies(ids, { rankingMetric: "sharpe_ratio" });
   * console.log(strategies[0]?.name);
   * ```
   */
  compareStrategies(
    strategyIds: readonly string[],
    query?: CompareStrategiesOptions,
    options?: CallOptions,
  ): Promise<StrategyComparison> {
    return operations.compareStrategies(this.#client, strategyIds, query, options);
  }

  /**
   * Starts a test of one version: `episodes` backtests within `dateRange`, which the platform requires.
   *
   * @example
   * ```ts
   * const { testRunId } = await client.runTest("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", {
   *   version: 1,
   *   episodes: 3,
   *   dateRange: { start: "2026-01-01T00:00:00Z", end: "2026-02-01T00:00:00Z" },
   *   episodeDurationDays: 7,
   * });
   * console.log(testRunId);
   * ```
   */
  runTest(strategyId: string, test: RunTestInput, options?: CallOptions): Promise<TestRun> {
    return operations.runTest(this.#client, strategyId, test, options);
  }

  /**
   * The newest 20 tests of a strategy, newest first; the platform has no further pages.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if the strategy belongs to another account
   * @example
   * ```ts
   * const tests = await client.getTests("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * console.log(tests.map((test) => test.status));
   * ```
   */
  getTests(strategyId: string, options?: CallOptions): Promise<readonly TestRun[]> {
    return operations.getTests(this.#client, strategyId, options);
  }

  /**
   * Status and progress of a test.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const { status, progressPct } = await client.getTestStatus("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", "a1518339-27c1-46f7-a531-d472d8810f6b");
   * console.log(status, progressPct);
   * ```
   */
  getTestStatus(strategyId: string, testId: string, options?: CallOptions): Promise<TestRunDetail> {
    return operations.getTestStatus(this.#client, strategyId, testId, options);
  }

  /**
   * A test with its results and recommendations, which are null until it is completed.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const { results } = await client.getTestResults("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", "a1518339-27c1-46f7-a531-d472d8810f6b");
   * console.log(results?.avgRoiPct);
   * ```
   */
  getTestResults(strategyId: string, testId: string, options?: CallOptions): Promise<TestRunDetail> {
    return operations.getTestResults(this.#client, strategyId, testId, options);
  }

  /**
   * The test of a strategy that was completed last, of any version, with its results and recommendations.
   *
   * @throws {@link NotFoundError} if no test has been completed
   * @example
   * ```ts
   * const { version, recommendations } = await client.getLatestTestResults("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7");
   * console.log(version, recommendations);
   * ```
   */
  getLatestTestResults(strategyId: string, options?: CallOptions): Promise<TestRunDetail> {
    return operations.getLatestTestResults(this.#client, strategyId, options);
  }

  /**
   * Cancels a test. A test that has ended is returned with its status. The platform reports an unknown test as cancelled.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const { status } = await client.cancelTest("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", "a1518339-27c1-46f7-a531-d472d8810f6b");
   * console.log(status);
   * ```
   */
  cancelTest(strategyId: string, testId: string, options?: CallOptions): Promise<TestRun> {
    return operations.cancelTest(this.#client, strategyId, testId, options);
  }

  /**
   * Compares the latest completed tests of two versions.
   *
   * @param v1 number of the version to compare with
   * @param v2 number of the version whose improvements are computed
   * @example
   * ```ts
   * const { improvements, verdict } = await client.compareVersions("916f4bc8-b79b-4106-81b5-1b9dae1b9fd7", 1, 2);
   * console.log(improvements.roiPct, verdict);
   * ```
   */
  compareVersions(strategyId: string, v1: number, v2: number, options?: CallOptions): Promise<VersionComparison> {
    return operations.compareVersions(this.#client, strategyId, v1, v2, options);
  }

  /**
   * Creates a backtest session over historical candles, with its own account.
   *
   * @throws {@link AgentExchangeError} `BACKTEST_NO_DATA` if there are no candles for the period
   * @example
   * ```ts
   * const { sessionId, totalSteps } = await client.createBacktest({
   *   startTime: "2026-11-22T20:00:00Z",
   *   endTime: "2026-11-22T22:00:00Z",
   *   startingBalance: "10000",
   *   pairs: ["BTCUSDT"],
   * });
   * console.log(sessionId, totalSteps);
   * ```
   */
  createBacktest(backtest: CreateBacktestInput, options?: CallOptions): Promise<CreatedBacktest> {
    return operations.createBacktest(this.#client, backtest, options);
  }

  /**
   * One backtest with its progress, which the platform refreshes after each fast batch and every 500 single steps.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const { status, progressPct } = await client.getBacktestStatus("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(status, progressPct);
   * ```
   */
  getBacktestStatus(sessionId: string, options?: CallOptions): Promise<Backtest> {
    return operations.getBacktestStatus(this.#client, sessionId, options);
  }

  /**
   * The account's backtests, newest first or sorted by a figure; at most 200, since the platform has no further pages.
   *
   * @example
   * ```ts
   * const finished = await client.getBacktests({ status: "completed", sortBy: "roi_pct", limit: 10 });
   * console.log(finished.map((backtest) => backtest.roiPct?.toString()));
   * ```
   */
  getBacktests(query?: GetBacktestsOptions, options?: CallOptions): Promise<readonly Backtest[]> {
    return operations.getBacktests(this.#client, query, options);
  }

  /**
   * Starts a session. It then advances only by its step methods.
   *
   * @throws {@link NotFoundError}
   * @throws {@link ConflictError} if it has been started before
   * @example
   * ```ts
   * await client.startBacktest("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * ```
   */
  startBacktest(sessionId: string, options?: CallOptions): Promise<StartedBacktest> {
    return operations.startBacktest(this.#client, sessionId, options);
  }

  /**
   * Advances a session by one candle, or by up to 10 000; the result describes the last one.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @throws {@link ConflictError} if it has ended
   * @example
   * ```ts
   * const { virtualTime, portfolio } = await client.stepBacktest("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", { steps: 10 });
   * console.log(virtualTime, portfolio.totalEquity.toString());
   * ```
   */
  stepBacktest(sessionId: string, query?: StepBacktestOptions, options?: CallOptions): Promise<BacktestStep> {
    return operations.stepBacktest(this.#client, sessionId, query, options);
  }

  /**
   * Advances a session by up to 100 000 candles. When the session ends, its final figures are only in
   * {@link AgentExchangeClient.getBacktestResults}.
   *
   * @throws the errors of {@link AgentExchangeClient.stepBacktest}
   * @example
   * ```ts
   * const step = await client.batchStepFast("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", { steps: 1000, includeIntermediateTrades: true });
   * console.log(step.stepsExecuted, step.isComplete);
   * ```
   */
  batchStepFast(sessionId: string, query: BatchStepFastInput, options?: CallOptions): Promise<FastBacktestStep> {
    return operations.batchStepFast(this.#client, sessionId, query, options);
  }

  /**
   * Places an order in a session; a rejected order is returned with the status `rejected`. Unlike live orders, a stop-loss
   * buy triggers when the price rises, and a take-profit buy when it falls.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @throws {@link InsufficientBalanceError}
   * @example
   * ```ts
   * const { status } = await client.placeBacktestOrder("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", {
   *   symbol: "BTCUSDT",
   *   side: "buy",
   *   type: "market",
   *   quantity: "0.01",
   * });
   * console.log(status);
   * ```
   */
  placeBacktestOrder(
    sessionId: string,
    order: PlaceBacktestOrderInput,
    options?: CallOptions,
  ): Promise<PlacedBacktestOrder> {
    return operations.placeBacktestOrder(this.#client, sessionId, order, options);
  }

  /**
   * Price of one pair at the backtest's clock; null if the pair has none.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const { price, virtualTime } = await client.getBacktestPrice("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", "BTCUSDT");
   * console.log(virtualTime, price?.toString());
   * ```
   */
  getBacktestPrice(sessionId: string, symbol: string, options?: CallOptions): Promise<BacktestPrice> {
    return operations.getBacktestPrice(this.#client, sessionId, symbol, options);
  }

  /**
   * Prices of all pairs at the backtest's clock; pairs without a price are omitted.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const { prices } = await client.getBacktestPrices("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(prices["BTCUSDT"]?.toString());
   * ```
   */
  getBacktestPrices(sessionId: string, options?: CallOptions): Promise<BacktestPrices> {
    return operations.getBacktestPrices(this.#client, sessionId, options);
  }

  /**
   * Prices and volume of one pair over the 24 hours up to the backtest's clock; null without data.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const ticker = await client.getBacktestTicker("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", "BTCUSDT");
   * console.log(ticker?.priceChangePct.toString());
   * ```
   */
  getBacktestTicker(sessionId: string, symbol: string, options?: CallOptions): Promise<BacktestTicker | null> {
    return operations.getBacktestTicker(this.#client, sessionId, symbol, options);
  }

  /**
   * Candles of one pair up to the backtest's clock, oldest first. On the platform the last one may still be open, with its
   * final prices.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const candles = await client.getBacktestCandles("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", "BTCUSDT", { interval: "1h", limit: 24 });
   * console.log(candles.at(-1)?.close.toString());
   * ```
   */
  getBacktestCandles(
    sessionId: string,
    symbol: string,
    query?: GetBacktestCandlesOptions,
    options?: CallOptions,
  ): Promise<readonly Candle[]> {
    return operations.getBacktestCandles(this.#client, sessionId, symbol, query, options);
  }

  /**
   * Balance of each asset of a running backtest that is not zero, available and locked.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const balances = await client.getBacktestBalance("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(balances.find(({ asset }) => asset === "USDT")?.available.toString());
   * ```
   */
  getBacktestBalance(sessionId: string, options?: CallOptions): Promise<readonly BacktestBalance[]> {
    return operations.getBacktestBalance(this.#client, sessionId, options);
  }

  /**
   * Open positions of a running backtest, without their value: {@link AgentExchangeClient.getBacktestPortfolio} has it.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const positions = await client.getBacktestPositions("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(positions.map(({ symbol, quantity }) => `${symbol} ${quantity.toString()}`));
   * ```
   */
  getBacktestPositions(sessionId: string, options?: CallOptions): Promise<readonly BacktestHolding[]> {
    return operations.getBacktestPositions(this.#client, sessionId, options);
  }

  /**
   * Equity, cash, positions and profit of a running backtest, in USDT.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const { totalEquity, availableCash } = await client.getBacktestPortfolio("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(totalEquity.toString(), availableCash.toString());
   * ```
   */
  getBacktestPortfolio(sessionId: string, options?: CallOptions): Promise<BacktestPortfolio> {
    return operations.getBacktestPortfolio(this.#client, sessionId, options);
  }

  /**
   * Orders of a running backtest of all statuses, oldest first.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const orders = await client.listBacktestOrders("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(orders.filter((order) => order.status === "filled").length);
   * ```
   */
  listBacktestOrders(sessionId: string, options?: CallOptions): Promise<readonly BacktestOrder[]> {
    return operations.listBacktestOrders(this.#client, sessionId, options);
  }

  /**
   * Pending orders of a running backtest, oldest first.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const open = await client.getOpenBacktestOrders("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(open.map((order) => order.orderId));
   * ```
   */
  getOpenBacktestOrders(sessionId: string, options?: CallOptions): Promise<readonly OpenBacktestOrder[]> {
    return operations.getOpenBacktestOrders(this.#client, sessionId, options);
  }

  /**
   * Cancels a pending order of a running backtest and releases its locked funds; `cancelled` is false if it was not pending.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const { cancelled } = await client.cancelBacktestOrder("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", "a00ba50c-023e-4b78-b9f2-989bb5a3691f");
   * console.log(cancelled);
   * ```
   */
  cancelBacktestOrder(sessionId: string, orderId: string, options?: CallOptions): Promise<CancelledBacktestOrder> {
    return operations.cancelBacktestOrder(this.#client, sessionId, orderId, options);
  }

  /**
   * Trades of a running backtest, oldest first. After its end {@link AgentExchangeClient.getBacktestTrades} has them.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * const trades = await client.getBacktestTradeHistory("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(trades.at(-1)?.price.toString());
   * ```
   */
  getBacktestTradeHistory(sessionId: string, options?: CallOptions): Promise<readonly BacktestTrade[]> {
    return operations.getBacktestTradeHistory(this.#client, sessionId, options);
  }

  /**
   * Summary, metrics and statistics per pair. Until the session ends, the platform's summary contains the starting balance
   * and zeros; metrics are null unless the session was completed.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const { summary, metrics } = await client.getBacktestResults("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * console.log(summary.roiPct.toString(), metrics?.sharpeRatio?.toString());
   * ```
   */
  getBacktestResults(sessionId: string, options?: CallOptions): Promise<BacktestResults> {
    return operations.getBacktestResults(this.#client, sessionId, options);
  }

  /**
   * Stored trades of a backtest, oldest first. The platform stores them when the backtest ends; until then, and for an
   * unknown session, its list is empty. The embedded exchange in its default fidelity has them at once, and rejects an unknown
   * session.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const trades = await client.getBacktestTrades("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", { limit: 100 });
   * console.log(trades.map((trade) => trade.realizedPnl.toString()));
   * ```
   */
  getBacktestTrades(
    sessionId: string,
    query?: GetBacktestTradesOptions,
    options?: CallOptions,
  ): Promise<readonly StoredBacktestTrade[]> {
    return operations.getBacktestTrades(this.#client, sessionId, query, options);
  }

  /**
   * Equity of a backtest over time, oldest first. Like {@link AgentExchangeClient.getBacktestTrades}, it is empty on the
   * platform until the backtest ends.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const curve = await client.getBacktestEquityCurve("cad02018-7d9f-4ab7-a777-aa6a70c79ef0", { interval: 10 });
   * console.log(curve.map((snapshot) => snapshot.totalEquity.toNumber()));
   * ```
   */
  getBacktestEquityCurve(
    sessionId: string,
    query?: GetBacktestEquityCurveOptions,
    options?: CallOptions,
  ): Promise<readonly BacktestSnapshot[]> {
    return operations.getBacktestEquityCurve(this.#client, sessionId, query, options);
  }

  /**
   * Compares two or more backtests and names the best by return, Sharpe ratio and drawdown.
   *
   * @throws {@link NotFoundError} if one of them does not exist
   * @throws {@link ServerError} on the platform, if one of them was completed without a Sharpe ratio
   * @example
   * ```ts
   * const ids = ["cad02018-7d9f-4ab7-a777-aa6a70c79ef0", "97924177-0f0d-4a52-b046-1a455089f710"];
   * const { bestByRoi } = await client.compareBacktests(ids);
   * console.log(bestByRoi);
   * ```
   */
  compareBacktests(sessionIds: readonly string[], options?: CallOptions): Promise<BacktestComparison> {
    return operations.compareBacktests(this.#client, sessionIds, options);
  }

  /**
   * The account's completed backtest with the highest value of a metric.
   *
   * @throws {@link NotFoundError} if no backtest has been completed
   * @example
   * ```ts
   * const { sessionId, value } = await client.getBestBacktest({ metric: "sharpe_ratio" });
   * console.log(sessionId, value.toString());
   * ```
   */
  getBestBacktest(query?: GetBestBacktestOptions, options?: CallOptions): Promise<BestBacktest> {
    return operations.getBestBacktest(this.#client, query, options);
  }

  /**
   * Ends a running session without closing its positions.
   *
   * @throws {@link NotFoundError} if the session is not running
   * @example
   * ```ts
   * await client.cancelBacktest("cad02018-7d9f-4ab7-a777-aa6a70c79ef0");
   * ```
   */
  cancelBacktest(sessionId: string, options?: CallOptions): Promise<CancelledBacktest> {
    return operations.cancelBacktest(this.#client, sessionId, options);
  }

  /**
   * Registers a training run under a UUID that you choose.
   *
   * @example
   * ```ts
   * await client.registerTrainingRun({ runId: crypto.randomUUID(), config: { algo: "ppo" } });
   * ```
   */
  registerTrainingRun(run: RegisterTrainingRunInput, options?: CallOptions): Promise<TrainingRun> {
    return operations.registerTrainingRun(this.#client, run, options);
  }

  /**
   * Adds the metrics of one episode to a training run. An episode number that is reported twice counts twice.
   *
   * @throws {@link PermissionError} if the run belongs to another account
   * @example
   * ```ts
   * await client.reportEpisode("a75ef34c-41c2-4a84-a2a1-8e8d91d59694", { episodeNumber: 1, roiPct: 1.5, rewardSum: 3.25 });
   * ```
   */
  reportEpisode(runId: string, episode: ReportEpisodeInput, options?: CallOptions): Promise<TrainingRun> {
    return operations.reportEpisode(this.#client, runId, episode, options);
  }

  /**
   * Ends a training run and computes its statistics.
   *
   * @throws {@link NotFoundError}
   * @example
   * ```ts
   * const { status } = await client.completeTrainingRun("a75ef34c-41c2-4a84-a2a1-8e8d91d59694");
   * console.log(status);
   * ```
   */
  completeTrainingRun(runId: string, options?: CallOptions): Promise<TrainingRun> {
    return operations.completeTrainingRun(this.#client, runId, options);
  }

  /**
   * Training runs, newest first.
   *
   * @example
   * ```ts
   * const runs = await client.getTrainingRuns({ status: "completed" });
   * console.log(runs.length);
   * ```
   */
  getTrainingRuns(query?: GetTrainingRunsOptions, options?: CallOptions): Promise<readonly TrainingRun[]> {
    return operations.getTrainingRuns(this.#client, query, options);
  }

  /**
   * One training run with its episodes; learning curve and statistics are null until it is completed.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * const { episodes } = await client.getTrainingRun("a75ef34c-41c2-4a84-a2a1-8e8d91d59694");
   * console.log(episodes.length);
   * ```
   */
  getTrainingRun(runId: string, options?: CallOptions): Promise<TrainingRunDetail> {
    return operations.getTrainingRun(this.#client, runId, options);
  }

  /**
   * One metric over the episodes of a training run, raw and smoothed, also while the run goes on.
   *
   * @throws {@link NotFoundError}; on the platform an unknown run has an empty curve instead
   * @example
   * ```ts
   * const { smoothedValues } = await client.getLearningCurve("a75ef34c-41c2-4a84-a2a1-8e8d91d59694", { metric: "reward_sum", window: 5 });
   * console.log(smoothedValues.at(-1));
   * ```
   */
  getLearningCurve(
    runId: string,
    query?: GetLearningCurveOptions,
    options?: CallOptions,
  ): Promise<SmoothedLearningCurve> {
    return operations.getLearningCurve(this.#client, runId, query, options);
  }

  /**
   * Statistics of several training runs, in no particular order; unknown runs are omitted.
   *
   * @example
   * ```ts
   * const runs = await client.compareTrainingRuns(["a75ef34c-41c2-4a84-a2a1-8e8d91d59694"]);
   * console.log(runs.map((run) => run.aggregateStats?.avgRoiPct));
   * ```
   */
  compareTrainingRuns(runIds: readonly string[], options?: CallOptions): Promise<readonly ComparedRun[]> {
    return operations.compareTrainingRuns(this.#client, runIds, options);
  }

  /**
   * Tests whether a Sharpe ratio is significant, given the number of strategies that were tried to find it.
   *
   * @example
   * ```ts
   * const returns = [0.01, -0.005, 0.007, 0.002, -0.003, 0.011, 0.004, -0.006, 0.009, 0.001];
   * const { isSignificant } = await client.computeDeflatedSharpe({ returns, numTrials: 5 });
   * console.log(isSignificant);
   * ```
   */
  computeDeflatedSharpe(query: ComputeDeflatedSharpeInput, options?: CallOptions): Promise<DeflatedSharpe> {
    return operations.computeDeflatedSharpe(this.#client, query, options);
  }

  /**
   * The account's agents, oldest first.
   *
   * @example
   * ```ts
   * const agents = await client.getAgents();
   * console.log(agents.map((agent) => agent.displayName));
   * ```
   */
  getAgents(query?: GetAgentsOptions, options?: CallOptions): Promise<readonly Agent[]> {
    return operations.getAgents(this.#client, query, options);
  }

  /**
   * Creates an agent with its own wallet and key.
   *
   * @example
   * ```ts
   * const agent = await client.createAgent({ displayName: "scalper", startingBalance: "5000" });
   * console.log(agent.agentId);
   * ```
   */
  createAgent(agent: CreateAgentInput, options?: CallOptions): Promise<CreatedAgent> {
    return operations.createAgent(this.#client, agent, options);
  }

  /**
   * The account's first 100 agents, oldest first, without archived ones.
   *
   * @example
   * ```ts
   * const agents = await client.getAgentsOverview();
   * console.log(agents.filter((agent) => agent.status === "active").length);
   * ```
   */
  getAgentsOverview(options?: CallOptions): Promise<readonly Agent[]> {
    return operations.getAgentsOverview(this.#client, options);
  }

  /**
   * One of the account's agents.
   *
   * @throws {@link NotFoundError} if it does not exist; some releases of the platform fail with a {@link ServerError} instead
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * const { displayName, status } = await client.getAgent("dc38217a-9e7e-4ecc-aaca-8a5bbc995730");
   * console.log(displayName, status);
   * ```
   */
  getAgent(agentId: string, options?: CallOptions): Promise<Agent> {
    return operations.getAgent(this.#client, agentId, options);
  }

  /**
   * Changes an agent; omitted fields stay unchanged.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { displayName } = await client.updateAgent("dc38217a-9e7e-4ecc-aaca-8a5bbc995730", { displayName: "scalper", llmModel: null });
   * console.log(displayName);
   * ```
   */
  updateAgent(agentId: string, changes: UpdateAgentInput, options?: CallOptions): Promise<Agent> {
    return operations.updateAgent(this.#client, agentId, changes, options);
  }

  /**
   * Creates an agent with the settings of another one. Its wallet, key, colour and avatar are new.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const clone = await client.cloneAgent("dc38217a-9e7e-4ecc-aaca-8a5bbc995730", { newName: "scalper 2" });
   * console.log(clone.agentId);
   * ```
   */
  cloneAgent(agentId: string, query?: CloneAgentOptions, options?: CallOptions): Promise<CreatedAgent> {
    return operations.cloneAgent(this.#client, agentId, query, options);
  }

  /**
   * Gives an agent a new wallet with its starting balance. The platform keeps its pending orders and its positions; the
   * embedded exchange removes them in its default fidelity.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { startingBalance } = await client.resetAgent("dc38217a-9e7e-4ecc-aaca-8a5bbc995730");
   * console.log(startingBalance.toString());
   * ```
   */
  resetAgent(agentId: string, options?: CallOptions): Promise<Agent> {
    return operations.resetAgent(this.#client, agentId, options);
  }

  /**
   * Archives an agent. Its key is rejected from then on; nothing makes it active again.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { status } = await client.archiveAgent("dc38217a-9e7e-4ecc-aaca-8a5bbc995730");
   * console.log(status);
   * ```
   */
  archiveAgent(agentId: string, options?: CallOptions): Promise<Agent> {
    return operations.archiveAgent(this.#client, agentId, options);
  }

  /**
   * Deletes an agent with its wallet, orders and trades. This cannot be undone.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * await client.deleteAgent("dc38217a-9e7e-4ecc-aaca-8a5bbc995730");
   * ```
   */
  deleteAgent(agentId: string, options?: CallOptions): Promise<void> {
    return operations.deleteAgent(this.#client, agentId, options);
  }

  /**
   * The current API key of an agent. JSON and logs of the result leave the key out.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { apiKey } = await client.getAgentKey("dc38217a-9e7e-4ecc-aaca-8a5bbc995730");
   * const scalper = new AgentExchangeClient({ ...connection, apiKey });
   * await scalper.close();
   * ```
   */
  getAgentKey(agentId: string, options?: CallOptions): Promise<AgentKey> {
    return operations.getAgentKey(this.#client, agentId, options);
  }

  /**
   * Replaces the API key of an agent. The old key is rejected immediately, also if it is this client's own: its further
   * calls then reject with an {@link AuthenticationError}, so create a client with the new key. If the response is lost,
   * {@link AgentExchangeClient.getAgentKey} reads the new key with the account's key or token.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { apiKey } = await client.regenerateAgentKey("dc38217a-9e7e-4ecc-aaca-8a5bbc995730");
   * const renewed = new AgentExchangeClient({ ...connection, apiKey });
   * await renewed.close();
   * ```
   */
  regenerateAgentKey(agentId: string, options?: CallOptions): Promise<AgentKey> {
    return operations.regenerateAgentKey(this.#client, agentId, options);
  }

  /**
   * Instructions in Markdown for a language model that trades as this agent. They contain the first characters of its
   * key only.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const skill = await client.getAgentSkill("dc38217a-9e7e-4ecc-aaca-8a5bbc995730");
   * console.log(skill.split("\n")[0]);
   * ```
   */
  getAgentSkill(agentId: string, options?: CallOptions): Promise<string> {
    return operations.getAgentSkill(this.#client, agentId, options);
  }

  /**
   * A decision of the platform's own trading service for an agent: the signals before it, its requests, its order and
   * trade. It is empty if nothing has this trace id.
   *
   * @param traceId 1 to 200 ASCII characters without a slash
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { decision, pnl } = await client.getDecisionTrace("dc38217a-9e7e-4ecc-aaca-8a5bbc995730", "trace-1");
   * console.log(decision?.reasoning, pnl?.toString());
   * ```
   */
  getDecisionTrace(agentId: string, traceId: string, options?: CallOptions): Promise<DecisionTrace> {
    return operations.getDecisionTrace(this.#client, agentId, traceId, options);
  }

  /**
   * The latest decisions of the platform's own trading service for an agent, with their statistics.
   *
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { winRate, decisions } = await client.analyzeDecisions("dc38217a-9e7e-4ecc-aaca-8a5bbc995730", { direction: "buy" });
   * console.log(winRate, decisions.length);
   * ```
   */
  analyzeDecisions(agentId: string, query?: AnalyzeDecisionsOptions, options?: CallOptions): Promise<DecisionAnalysis> {
    return operations.analyzeDecisions(this.#client, agentId, query, options);
  }

  /**
   * Changes the status of feedback that the platform's own trading service gave for an agent.
   *
   * @throws {@link NotFoundError} if the feedback does not exist
   * @throws the errors of {@link AgentExchangeClient.getAgent}
   * @example
   * ```ts
   * const { resolvedAt } = await client.updateFeedback(
   *   "dc38217a-9e7e-4ecc-aaca-8a5bbc995730",
   *   "7b0d8a52-58a2-4c4e-8d0e-2f6a7c1b9e30",
   *   { status: "resolved", resolution: "The data was late." },
   * );
   * console.log(resolvedAt);
   * ```
   */
  updateFeedback(
    agentId: string,
    feedbackId: string,
    changes: UpdateFeedbackInput,
    options?: CallOptions,
  ): Promise<Feedback> {
    return operations.updateFeedback(this.#client, agentId, feedbackId, changes, options);
  }

  /**
   * Subscribes an https URL to events. Only this response contains the signing secret.
   *
   * @throws {@link ValidationError} if the platform rejects the URL, or for more than 25 subscriptions
   * @example
   * ```ts
   * const webhook = await client.createWebhook({ url: "https://hooks.example.com/a", events: ["backtest.completed"] });
   * console.log(webhook.id, webhook.secret.length);
   * ```
   */
  createWebhook(webhook: CreateWebhookInput, options?: CallOptions): Promise<CreatedWebhook> {
    return operations.createWebhook(this.#client, webhook, options);
  }

  /**
   * All subscriptions, newest first.
   *
   * @example
   * ```ts
   * const webhooks = await client.listWebhooks();
   * console.log(webhooks.filter((webhook) => webhook.active).length);
   * ```
   */
  listWebhooks(options?: CallOptions): Promise<readonly Webhook[]> {
    return operations.listWebhooks(this.#client, options);
  }

  /**
   * One subscription.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * const { failureCount } = await client.getWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c");
   * console.log(failureCount);
   * ```
   */
  getWebhook(webhookId: string, options?: CallOptions): Promise<Webhook> {
    return operations.getWebhook(this.#client, webhookId, options);
  }

  /**
   * Changes a subscription; omitted fields stay unchanged.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @throws {@link ValidationError} if the platform rejects the URL
   * @example
   * ```ts
   * await client.updateWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c", { active: false });
   * ```
   */
  updateWebhook(webhookId: string, changes: UpdateWebhookInput, options?: CallOptions): Promise<Webhook> {
    return operations.updateWebhook(this.#client, webhookId, changes, options);
  }

  /**
   * Removes a subscription.
   *
   * @throws {@link NotFoundError}
   * @throws {@link PermissionError} if it belongs to another account
   * @example
   * ```ts
   * await client.deleteWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c");
   * ```
   */
  deleteWebhook(webhookId: string, options?: CallOptions): Promise<void> {
    return operations.deleteWebhook(this.#client, webhookId, options);
  }

  /**
   * Makes the platform deliver a test event. Some releases of the platform fail to do so.
   *
   * @throws {@link NotFoundError}
   * @throws {@link ServerError} if the platform cannot deliver it
   * @example
   * ```ts
   * const { enqueued } = await client.testWebhook("c27fe857-25ee-4253-99b6-d225d74ae26c");
   * console.log(enqueued);
   * ```
   */
  testWebhook(webhookId: string, options?: CallOptions): Promise<WebhookTest> {
    return operations.testWebhook(this.#client, webhookId, options);
  }

  /**
   * Real-time updates pushed by the platform, over a WebSocket that opens with the first subscription. Requires `apiKey`.
   * Each call opens a new stream; one is enough for a whole program.
   *
   * @throws {@link ValidationError} without a key
   * @example
   * ```ts
   * await using stream = client.openStream();
   * for await (const tick of stream.ticker("BTCUSDT")) {
   *   console.log(tick.price.toString());
   *   break;
   * }
   * ```
   */
  openStream(): AgentExchangeStream {
    return operations.openStream(this.#client);
  }

  /**
   * Closes the client and its streams: pending calls reject with a {@link ClientClosedError}, timers and sockets are closed.
   * Closing it again has no effect.
   *
   * @example
   * ```ts
   * await client.close();
   * ```
   */
  close(): Promise<void> {
    return this.#client.close();
  }

  /** {@link AgentExchangeClient.close}, for `await using client = new AgentExchangeClient()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
