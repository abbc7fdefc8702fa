import type { Decimal28, Fixed8 } from "../../base/amount.ts";
import type { Account, OrderType, Side } from "../model.ts";

export type SessionStatus = "created" | "running" | "completed" | "failed" | "cancelled";

/** What a backtest is made with. Times are Unix milliseconds. */
export interface SessionPlan {
  readonly agentId: string | null;
  readonly strategyLabel: string;
  readonly startTime: number;
  readonly endTime: number;
  /** Length of a step, in seconds. */
  readonly interval: number;
  readonly startingBalance: Fixed8;
  /** Undefined for all. */
  readonly pairs: readonly string[] | undefined;
  readonly feeRate: Decimal28;
}

/** A backtest: past candles, a clock and an account of its own. */
export interface BacktestSession extends SessionPlan {
  readonly id: string;
  readonly account: Account;
  readonly totalSteps: number;
  status: SessionStatus;
  readonly createdAt: number;
  startedAt: number | undefined;
  completedAt: number | undefined;
  /** When it was last worked with: what lies idle is cancelled. */
  touchedAt: number;
  /** Steps made. */
  step: number;
  /** The session's clock. */
  time: number;
  /** How far it is by its status, which lags behind. */
  reported: { step: number; time: number | undefined };
  /** What the sandbox can see, from the start on. */
  prices: PriceTable | undefined;
  readonly sandbox: Sandbox;
  readonly snapshots: Snapshot[];
  /** How it ended. */
  outcome: Outcome | undefined;
}

/** The account of a backtest. */
export interface Sandbox {
  /** Whether results are what trades have brought, fees taken off; on the platform fees are left out of them. */
  readonly afterFees: boolean;
  readonly wallet: Map<string, SandboxHolding>;
  readonly positions: Map<string, SandboxPosition>;
  readonly orders: Map<string, SandboxOrder>;
  /** In the order of creation. */
  readonly pending: Set<SandboxOrder>;
  /** Where the first of them triggers, by pair; undefined when it has to be found out again. */
  watches: ReadonlyMap<string, Watch> | undefined;
  /** Until when the prices of pairs with pending orders cannot trigger any, Unix milliseconds, where that is known. */
  readonly quietTimes: Map<string, number>;
  readonly trades: SandboxTrade[];
  realised: Decimal28;
  /** Realised PnL of a UTC day of the session's clock, fees left out: the platform's daily limit goes by it. */
  dayResult: { day: number; realised: Decimal28 };
}

/** Prices at which the first pending order of a pair triggers. */
export interface Watch {
  readonly atOrBelow: Decimal28 | undefined;
  readonly atOrAbove: Decimal28 | undefined;
}

export interface SandboxHolding {
  free: Decimal28;
  locked: Decimal28;
}

/** Kept when everything is sold: a pair once held is not one that never was. */
export interface SandboxPosition {
  readonly symbol: string;
  quantity: Decimal28;
  totalCost: Decimal28;
  /** Without fees. */
  averagePrice: Decimal28;
  /** What was paid for what is held, fees included. */
  paid: Decimal28;
  realised: Decimal28;
}

export interface SandboxOrder {
  readonly id: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Decimal28;
  /** Limit or trigger price; without one the order never triggers. */
  readonly price: Decimal28 | undefined;
  /** What it set aside, of the asset that it pays with. */
  readonly locked: Decimal28;
  status: "pending" | "filled" | "cancelled" | "rejected";
  trade: SandboxTrade | undefined;
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

/** What the account was worth at a moment. */
export interface Snapshot {
  readonly time: number;
  readonly equity: Decimal28;
  readonly cash: Decimal28;
  readonly positionValue: Decimal28;
  readonly unrealised: Decimal28;
  readonly realised: Decimal28;
}

/** Final figures, as they are stored. */
export interface Outcome {
  readonly equity: Fixed8;
  /** Of `equity`, in percent. */
  readonly roiPct: Decimal28;
  readonly totalTrades: number;
  readonly fees: Decimal28;
  /** Undefined when it was ended early. */
  readonly figures: Figures | undefined;
  readonly byPair: readonly PairFigures[];
}

/** What a finished backtest is judged by; undefined where there is nothing to tell. */
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
  /** From one trade to the next. */
  readonly averageMinutes: Decimal28;
  readonly tradesPerDay: Decimal28;
}

/** Trades of one pair taken together. */
export interface PairFigures {
  readonly symbol: string;
  readonly trades: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: Decimal28;
  readonly netPnl: Decimal28;
  readonly volume: Decimal28;
}

/** What a backtest knows of the past: closes of 1-minute candles. */
export interface PriceTable {
  /** Pairs that it can see, by symbol ascending. */
  readonly symbols: readonly string[];
  /** No candle that opens before this is seen, Unix milliseconds. */
  readonly since: number;
  /** No candle that ends after this is seen. */
  readonly until: number;
  /** The candles themselves, where the market cannot compute their closes. */
  readonly columns: ReadonlyMap<string, Column> | undefined;
  /** When any of the pairs has a candle. */
  readonly groups: Float64Array;
}

/** The candles of one pair, oldest first. */
export interface Column {
  readonly opens: Float64Array;
  readonly closes: readonly Fixed8[];
  /** What the first candle opened at. */
  readonly firstPrice: Fixed8 | undefined;
}
