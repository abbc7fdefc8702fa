import { type Decimal28, type Fixed8, type Fixed6 } from "../base/amount.ts";
import type { Tree } from "../collections/tree.ts";
import type { Lists } from "./history/lists.ts";
import type { TradeSummary } from "./history/tradeSummary.ts";

export type Side = "buy" | "sell";
export type OrderType = "market" | "limit" | "stop_loss" | "take_profit";
export type OrderStatus = "pending" | "filled" | "cancelled" | "expired";

/** The balance of one asset. */
export interface Holding<Amount = Fixed8> {
  available: Amount;
  locked: Amount;
}

/** An agent's bookkeeping for one pair. What can be sold is decided by the wallet, not by this. */
export interface Position {
  readonly symbol: string;
  quantity: Fixed8;
  totalCost: Fixed8;
  averagePrice: Fixed8;
  /** Exact cost of the current holding, fees included; average times quantity would be rounded. */
  paid: Fixed8;
  /** Time of the first purchase, or of the first one after the position was closed. */
  openedAt: number;
}

/** An order; each change of its status makes a new one. */
export interface Order {
  readonly id: string;
  /** Position in the order of creation, across all accounts. */
  readonly sequence: number;
  readonly accountId: string;
  readonly agentId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Fixed8;
  /** Limit or trigger price; undefined for market orders. */
  readonly price: Fixed8 | undefined;
  /** Amount locked when it was placed: quote asset for a buy, base asset for a sell. */
  readonly locked: Fixed8;
  readonly status: OrderStatus;
  readonly fill: Fill | undefined;
  readonly createdAt: number;
}

/** The fill of an order. */
export interface Fill {
  readonly price: Fixed8;
  /** In percent. */
  readonly slippage: Fixed6;
  readonly fee: Fixed8;
  readonly time: number;
}

export interface Trade {
  readonly id: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly quantity: Fixed8;
  readonly price: Fixed8;
  readonly fee: Fixed8;
  /** Quantity times price, rounded. */
  readonly gross: Fixed8;
  /** Realised PnL; undefined for a buy. */
  readonly realised: Fixed8 | undefined;
  readonly time: number;
}

/** The limits that the risk checks enforce. */
export interface RiskLimits {
  readonly maxPositionPct: Decimal28;
  readonly dailyLossPct: Decimal28;
  readonly maxOpenOrders: Decimal28;
  readonly minOrderValue: Decimal28;
  readonly maxOrderPct: Decimal28;
  readonly ordersPerMinute: Decimal28;
}

/** The three limits that an account can configure. */
export interface RiskProfile {
  readonly maxPositionSizePct: number;
  readonly dailyLossLimitPct: number;
  readonly maxOpenOrders: number;
}

export interface Session {
  readonly id: string;
  readonly startedAt: number;
}

export interface Agent {
  readonly id: string;
  readonly accountId: string;
  key: string;
  displayName: string;
  startingBalance: Fixed8;
  llmModel: string | null;
  framework: string | null;
  strategyTags: readonly string[];
  /** As sent. If empty, the account's limits apply. */
  riskProfile: Readonly<Record<string, unknown>>;
  avatarUrl: string | null;
  color: string | null;
  status: "active" | "paused" | "archived";
  readonly createdAt: number;
  updatedAt: number;
  /** Cache of the parsed profile; cleared when a profile changes. */
  limits: RiskLimits | undefined;
  readonly wallet: Map<string, Holding>;
  readonly positions: Map<string, Position>;
  /** Orders that passed the risk checks in a calendar minute. */
  acceptedOrders: { minute: number; count: number };
  /** Realised PnL of a UTC day by the platform's arithmetic; the daily loss limit uses it. */
  dayResult: { day: number; realised: Fixed8 };
  /** Realised PnL since `countedFrom`. */
  realised: Fixed8;
  /** Where its results begin: at its creation or last reset. `trade` is the first place among all trades that counts. */
  resultsFrom: { readonly time: number; readonly trade: number };
  /** Earlier holdings by the time until which it had them, exclusive, as far back as snapshots need them. */
  readonly pastHoldings: Tree<number, Holdings>;
  readonly history: History;
  /** Snapshots taken by the first request for a history (`snapshotsNeverTaken`). */
  readonly firstSnapshots: Map<SnapshotKind, Snapshot>;
  session: Session | undefined;
}

export interface Account {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  readonly displayName: string;
  readonly email: string | undefined;
  /** Password hash. */
  readonly password: string | undefined;
  startingBalance: Fixed8;
  status: "active" | "suspended" | "archived";
  riskProfile: RiskProfile;
  /** A label without any effect. */
  mode: { readonly mode: "live" | "backtest"; readonly strategyLabel: string | null };
  readonly createdAt: number;
  /** Ids of its agents, oldest first. */
  readonly agentIds: string[];
}

/** The subject of a request: one agent, or all agents of an account. */
export interface Scope {
  readonly account: Account;
  readonly agent: Agent | undefined;
}

/** A page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Number of items on all pages. */
  readonly total: number;
}

/** Filter for orders or trades; undefined fields match anything. */
export interface HistoryFilter {
  readonly status?: string | undefined;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
}

/** The orders and trades of an agent. */
export interface History {
  /** By sequence number. */
  readonly orders: Tree<number, Order>;
  /** Sequence numbers by a number made of the order's id, see `findOrder`. */
  readonly orderNumbers: Tree<number, number>;
  /** Sequence numbers by symbol and status. */
  readonly orderLists: Lists;
  /** By place among the trades of all accounts. */
  readonly trades: Tree<number, Trade, TradeSummary>;
  /** Places by symbol and side. */
  readonly tradeLists: Lists;
}

/** The value of a portfolio at one time. */
export interface Snapshot {
  readonly time: number;
  readonly equity: Fixed8;
  readonly unrealised: Fixed8;
  readonly realised: Fixed8;
}

/** The interval of a series of snapshots: every minute, every hour, at midnight. */
export type SnapshotKind = "1m" | "1h" | "1d";

/** What an agent has. */
export interface Holdings {
  readonly startingBalance: Fixed8;
  readonly cash: Fixed8;
  readonly realised: Fixed8;
  readonly positions: readonly { readonly symbol: string; readonly quantity: Fixed8; readonly paid: Fixed8 }[];
}
