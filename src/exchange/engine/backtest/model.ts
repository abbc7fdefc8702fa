import type { Decimal28, Fixed8 } from "../../base/amount.ts";
import type { Account, OrderType, Side } from "../model.ts";
import type { Figures, PairFigures } from "./metrics.ts";
import type { PriceTable } from "./prices.ts";

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
  shown: { step: number; time: number | undefined };
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
  watched: ReadonlyMap<string, Watch> | undefined;
  /** Until when the prices of pairs with pending orders cannot trigger any, Unix milliseconds, where that is known. */
  readonly quiet: Map<string, number>;
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
