// The type of a response body follows from the method and the path of its request.
import type * as api from "../../../src/endpoints/index.ts";
import type { Decimal } from "../../../src/wire/index.ts";

/** A decoded value as it is on the wire. Lists are typed as not empty, so that tests can read their first item. */
export type Wire<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends Decimal | Date
    ? string
    : T extends readonly (infer Item)[]
      ? readonly [Wire<Item>, ...Wire<Item>[]]
      : T extends object
        ? { readonly [Name in keyof T as WireName<T, Name>]: Wire<T[Name]> }
        : T;

type WireName<T, Name extends keyof T> = string extends Name
  ? Name
  : Name extends "executedQuantity"
    ? T extends { readonly requestedQuantity: unknown }
      ? "executed_quantity"
      : "executed_qty"
    : T extends { readonly stopPrice: unknown } | { readonly simulatedAt: unknown }
      ? WireNameInBacktest<Name>
      : Name extends string
        ? SnakeCase<Name>
        : never;

/** Orders and trades of a backtest have an `id`. */
type WireNameInBacktest<Name> = Name extends "orderId" | "tradeId"
  ? "id"
  : Name extends string
    ? SnakeCase<Name>
    : never;

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : "";

/** The body of a rejected request; `error` and `detail` can be read of every response. */
export interface ErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: { readonly reason?: string };
  };
  readonly detail: readonly { readonly type: string; readonly loc: readonly string[]; readonly input: unknown }[];
}

/** What the account and the market of a backtest return. */
type SandboxBodies = [
  [`GET /backtest/${string}/market/prices`, api.BacktestPrices],
  [`GET /backtest/${string}/market/price/${string}`, api.BacktestPrice],
  [`GET /backtest/${string}/market/ticker/${string}`, api.BacktestTicker],
  [`GET /backtest/${string}/market/candles/${string}`, api.BacktestCandles],
  [`GET /backtest/${string}/account/balance`, api.BacktestBalances],
  [`GET /backtest/${string}/account/positions`, api.BacktestHoldings],
  [`GET /backtest/${string}/account/portfolio`, api.BacktestPortfolio],
  [`GET /backtest/${string}/trade/history`, api.BacktestTradeHistory],
  [`GET /backtest/${string}/trade/orders${"" | "/open"}`, api.BacktestOrders],
  [`DELETE /backtest/${string}/trade/order/${string}`, api.CancelledBacktestOrder],
];

/** What each request returns, most specific path first: the type of the endpoint's record, as it is on the wire. */
type Bodies = [
  ...SandboxBodies,
  ["GET /market/data-range", api.DataRange],
  [`GET /training/runs/${string}/learning-curve`, api.SmoothedLearningCurve],
  ["GET /backtest/list", api.Backtests],
  [`GET /backtest/compare`, api.BacktestComparison],
  [`GET /backtest/${string}/status`, api.Backtest],
  [`GET /backtest/${string}/results/equity-curve`, api.BacktestEquityCurve],
  [`GET /backtest/${string}/results/trades`, api.StoredBacktestTrades],
  ["POST /auth/register", api.Registration],
  ["POST /auth/login", api.Login],
  ["GET /health", api.Health],
  ["GET /market/prices", Omit<api.AllPrices, "prices"> & { readonly prices: Readonly<Record<string, string>> }],
  ["GET /market/pairs", api.Pairs],
  ["GET /market/tickers", api.Tickers],
  ["GET /market/indicators/available", api.AvailableIndicators],
  [`GET /market/indicators/${string}`, api.Indicators],
  [`GET /market/price/${string}`, api.Price],
  [`GET /market/ticker/${string}`, api.Ticker],
  [`GET /market/candles/${string}`, api.Candles],
  [`GET /market/trades/${string}`, api.RecentTrades],
  [
    `GET /market/orderbook/${string}`,
    { readonly bids: string[][]; readonly asks: string[][]; readonly timestamp: Date },
  ],
  ["POST /trade/order", api.PlacedOrderFields],
  [`GET /trade/order/${string}`, api.OrderFields],
  [`DELETE /trade/order/${string}`, api.CancelledOrder],
  ["GET /trade/orders/open", api.OrderFieldsPage],
  ["DELETE /trade/orders/open", api.CancelledOrders],
  ["GET /trade/orders", api.OrderFieldsPage],
  ["GET /trade/history", api.TradeHistory],
  ["GET /account/info", api.AccountInfo],
  ["GET /account/balance", api.Balance],
  ["GET /account/positions", api.Positions],
  ["GET /account/portfolio", api.Portfolio],
  ["GET /account/pnl", api.Pnl],
  ["POST /account/reset", api.AccountReset],
  ["PUT /account/risk-profile", api.RiskProfile],
  ["GET /analytics/performance", api.Performance],
  ["GET /analytics/portfolio/history", api.PortfolioHistory],
  ["GET /analytics/leaderboard", api.Leaderboard],
  ["GET /agents", api.Agents],
  ["POST /agents", api.CreatedAgent],
  ["GET /agents/overview", api.AgentsOverview],
  [`${"GET" | "PUT"} /agents/${string}/risk-profile`, api.RiskProfile],
  [`POST /agents/${string}/regenerate-key`, api.AgentKey],
  [`GET /agents/${string}/api-key`, api.AgentKey],
  [
    `GET /agents/${string}/decisions/trace/${string}`,
    Omit<api.DecisionTrace, "trade"> & { readonly trade: { readonly realized_pnl: string | null } | null },
  ],
  [`GET /agents/${string}/decisions/analyze`, api.DecisionAnalysis],
  [`PATCH /agents/${string}/feedback/${string}`, api.Feedback],
  [`POST /agents/${string}/clone`, api.CreatedAgent],
  [`${"GET" | "PUT" | "POST" | "DELETE"} /agents/${string}`, api.Agent],
  ["GET /webhooks", api.Webhooks],
  ["POST /webhooks", api.CreatedWebhook],
  [`POST /webhooks/${string}/test`, api.WebhookTest],
  [`${"GET" | "PUT" | "DELETE"} /webhooks/${string}`, api.Webhook],
  ["POST /strategies/compare", api.StrategyComparison],
  [`GET /strategies/${string}/compare-versions`, api.VersionComparison],
  [`POST /strategies/${string}/versions`, api.StrategyVersion],
  [`POST /strategies/${string}/test`, api.TestRun],
  [`${"GET" | "POST"} /strategies/${string}/tests/${string}`, api.TestRunDetail],
  [`POST /strategies/${string}/${"deploy" | "undeploy"}`, api.Strategy],
  ["GET /strategies", api.StrategyPage],
  ["POST /strategies", api.Strategy],
  [`${"GET" | "PUT" | "DELETE"} /strategies/${string}`, api.StrategyDetail],
  ["POST /metrics/deflated-sharpe", api.DeflatedSharpe],
  ["GET /training/compare", api.TrainingComparison],
  ["POST /training/runs", api.TrainingRun],
  [`POST /training/runs/${string}`, api.TrainingRun],
  [`GET /training/runs/${string}`, api.TrainingRunDetail],
  ["POST /backtest/create", api.CreatedBacktest],
  [`POST /backtest/${string}/start`, api.StartedBacktest],
  [`POST /backtest/${string}/step/batch/fast`, api.FastBacktestStep],
  [`POST /backtest/${string}/step/batch`, api.BacktestStep],
  [`POST /backtest/${string}/step`, api.BacktestStep],
  [`POST /backtest/${string}/trade/order`, api.PlacedBacktestOrder],
  [`POST /backtest/${string}/cancel`, api.CancelledBacktest],
  [`GET /backtest/${string}/results`, api.BacktestResults],
];

type Find<Rows, Request extends string> = Rows extends [[infer Pattern, infer Body], ...infer Rest]
  ? Request extends Pattern
    ? Body
    : Find<Rest, Request>
  : unknown;

type WithoutQuery<Path extends string> = Path extends `${infer Start}?${string}` ? Start : Path;
type WithoutPrefix<Path extends string> = Path extends `/api/v1${infer Rest}` ? Rest : Path;

/** The body of a response to this request. */
export type BodyOf<Method extends string, Path extends string> = Wire<
  Find<Bodies, `${Method} ${WithoutQuery<WithoutPrefix<Path>>}`>
>;
