import type { Decimal28, Fixed8 } from "../../base/amount.ts";
import type { Tree } from "../../collections/tree.ts";
import type { Holding, OrderType, Side } from "../model.ts";
import type { Book } from "../trading/book.ts";
import type { PositionFigures } from "../trading/positions.ts";

export type SessionStatus = "created" | "running" | "completed" | "failed" | "cancelled";

/** Configuration of a backtest. Times are Unix milliseconds. */
export interface SessionPlan {
  readonly agentId: string | null;
  readonly strategyLabel: string;
  readonly startTime: number;
  readonly endTime: number;
  /** Length of a step in seconds. */
  readonly interval: number;
  readonly startingBalance: Fixed8;
  /** Undefined for all. */
  readonly pairs: readonly string[] | undefined;
  readonly feeRate: Decimal28;
}

/** A backtest: historical prices, its own clock and a sandbox account. */
export interface BacktestSession extends SessionPlan {
  readonly id: string;
  readonly accountId: string;
  readonly totalSteps: number;
  status: SessionStatus;
  readonly createdAt: number;
  startedAt: number | undefined;
  completedAt: number | undefined;
  /** Time of the last request for it: idle sessions are cancelled. */
  touchedAt: number;
  /** Steps completed. */
  step: number;
  /** The session's clock. */
  time: number;
  /** The progress that its status reports, which lags behind. */
  reported: { step: number; time: number | undefined };
  /** The prices that the sandbox can see; set by the start. */
  history: VisibleHistory | undefined;
  readonly sandbox: Sandbox;
  /** By number, oldest first. */
  snapshots: Tree<number, Snapshot>;
  /** The result, once it has ended. */
  outcome: Outcome | undefined;
}

/** What a backtest can see of the market. With the market, this determines its prices. */
export interface VisibleHistory {
  /** Visible pairs, by symbol ascending. */
  readonly symbols: readonly string[];
  /** Candles that end after this are not visible, Unix milliseconds. */
  readonly asOf: number;
}

/** The account of a backtest. */
export interface Sandbox {
  /** Whether PnL is net of fees; on the platform it is not. */
  readonly afterFees: boolean;
  readonly wallet: Map<string, Holding<Decimal28>>;
  readonly positions: Map<string, SandboxPosition>;
  /** By number. */
  orders: Tree<number, SandboxOrder>;
  /** Numbers of orders by their ids. */
  orderNumbers: Tree<string, number>;
  /** Numbers of the pending orders. */
  pending: Tree<number, null>;
  /** Numbers of the pending orders that can trigger, by pair. */
  readonly books: Map<string, Book<number>>;
  /** Per pair, the time before which no pending order can trigger, Unix milliseconds, where known. */
  readonly quietTimes: Map<string, number>;
  /** In the order of execution, by number. */
  trades: Tree<number, SandboxTrade>;
  readonly totals: TradeTotals;
  realised: Decimal28;
  /** Realised PnL of a UTC day of the session's clock, before fees: the daily loss limit uses it. */
  dayResult: { day: number; realised: Decimal28 };
}

/** Stays after everything is sold: selling more of a pair once held differs from one never held. */
export interface SandboxPosition extends PositionFigures {
  readonly symbol: string;
  readonly realised: Decimal28;
}

/** An order; each change of its status makes a new one. */
export interface SandboxOrder {
  readonly id: string;
  /** Position in the order of creation. */
  readonly number: number;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal28;
  /** Limit or trigger price; without one the order never triggers. */
  readonly price: Decimal28 | undefined;
  /** Amount locked, of the asset that it pays with. */
  readonly locked: Decimal28;
  readonly status: "pending" | "filled" | "cancelled" | "rejected";
  /** The number of its trade, once it is filled. */
  readonly trade: number | undefined;
}

export interface SandboxTrade {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal28;
  readonly price: Decimal28;
  /** Quantity times price. */
  readonly gross: Decimal28;
  readonly fee: Decimal28;
  /** Undefined for a buy. */
  readonly realised: Decimal28 | undefined;
  readonly triggerPrice: Decimal28 | undefined;
  /** By the session's clock. */
  readonly time: number;
}

/** Totals of trades that have a result, which are the sales. */
export interface ResultTotals {
  count: number;
  wins: number;
  losses: number;
  /** The sum of all wins, and that of all losses. */
  won: Decimal28;
  lost: Decimal28;
}

export interface PairTotals extends ResultTotals {
  trades: number;
  volume: Decimal28;
  netPnl: Decimal28;
}

/** Totals of a sandbox's trades so far. */
export interface TradeTotals {
  fees: Decimal28;
  readonly results: ResultTotals;
  /** The highest and the lowest result. */
  best: Decimal28 | undefined;
  worst: Decimal28 | undefined;
  /** In the order of their first trades. */
  readonly byPair: Map<string, PairTotals>;
}

/** The value of the account at a time. */
export interface Snapshot {
  readonly time: number;
  readonly equity: Decimal28;
  readonly cash: Decimal28;
  readonly positionValue: Decimal28;
  readonly unrealised: Decimal28;
  readonly realised: Decimal28;
}

/** Final result of a session. */
export interface Outcome {
  readonly equity: Fixed8;
  /** Of `equity`, in percent. */
  readonly roiPct: Decimal28;
  readonly totalTrades: number;
  readonly fees: Decimal28;
  /** Undefined if the session was cancelled. */
  readonly figures: Figures | undefined;
  readonly byPair: readonly PairFigures[];
}

/** Performance metrics of a finished backtest; undefined where one cannot be computed. */
export interface Figures {
  readonly sharpeRatio: Decimal28 | undefined;
  readonly sortinoRatio: Decimal28 | undefined;
  /** In percent. */
  readonly maxDrawdownPct: Decimal28;
  readonly maxDrawdownDays: Decimal28;
  /** In percent. */
  readonly winRate: Decimal28;
  readonly profitFactor: Decimal28 | undefined;
  readonly averageWin: Decimal28;
  readonly averageLoss: Decimal28;
  readonly best: Decimal28;
  readonly worst: Decimal28;
  /** Average time between trades. */
  readonly averageMinutes: Decimal28;
  readonly tradesPerDay: Decimal28;
}

/** Totals of one pair's trades. */
export interface PairFigures {
  readonly symbol: string;
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: Decimal28;
  readonly netPnl: Decimal28;
  readonly volume: Decimal28;
}
