import { type Decimal28, type Fixed8, type Fixed6 } from "../base/amount.ts";

export type Side = "buy" | "sell";
export type OrderType = "market" | "limit" | "stop_loss" | "take_profit";
export type OrderStatus = "pending" | "filled" | "cancelled" | "expired";

/** What an agent has of one asset. */
export interface Holding {
  available: Fixed8;
  locked: Fixed8;
}

/** What an agent bought of one pair, by its books: the wallet decides what can be sold. */
export interface Position {
  readonly symbol: string;
  quantity: Fixed8;
  totalCost: Fixed8;
  averagePrice: Fixed8;
  /** What was paid for what is held, fees included, to the last digit: the average times the quantity is not. */
  paid: Fixed8;
  /** When it was first bought, or bought anew after all of it was sold. */
  openedAt: number;
}

export interface Order {
  readonly id: string;
  /** Place in the order of creation, across all accounts. */
  readonly sequence: number;
  readonly account: Account;
  readonly agent: Agent;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity: Fixed8;
  /** Limit or trigger price; undefined for market orders. */
  readonly price: Fixed8 | undefined;
  /** What placing it locked, in the quote asset for a buy and the base asset for a sell. */
  readonly locked: Fixed8;
  status: OrderStatus;
  fill: Fill | undefined;
  readonly createdAt: number;
}

/** How an order was filled. */
export interface Fill {
  readonly price: Fixed8;
  /** In percent. */
  readonly slippage: Fixed6;
  readonly fee: Fixed8;
  readonly time: number;
}

export interface Trade {
  readonly id: string;
  readonly order: Order;
  readonly price: Fixed8;
  readonly fee: Fixed8;
  /** Quantity times price, rounded. */
  readonly gross: Fixed8;
  /** PnL that the trade realised, none for a buy. */
  readonly realised: Fixed8 | undefined;
  readonly time: number;
}

/** The limits of the risk chain. */
export interface RiskLimits {
  readonly maxPositionPct: Decimal28;
  readonly dailyLossPct: Decimal28;
  readonly maxOpenOrders: Decimal28;
  readonly minOrderValue: Decimal28;
  readonly maxOrderPct: Decimal28;
  readonly ordersPerMinute: Decimal28;
}

/** The three limits that an account has a say in. */
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
  readonly account: Account;
  key: string;
  displayName: string;
  startingBalance: Fixed8;
  llmModel: string | null;
  framework: string | null;
  strategyTags: readonly string[];
  /** As it was sent; an empty one leaves the account's limits in force. */
  riskProfile: Readonly<Record<string, unknown>>;
  avatarUrl: string | null;
  color: string | null;
  status: "active" | "paused" | "archived";
  readonly createdAt: number;
  updatedAt: number;
  /** Made from the profiles when first needed, forgotten when they change. */
  limits: RiskLimits | undefined;
  readonly wallet: Map<string, Holding>;
  readonly positions: Map<string, Position>;
  /** How many orders of the agent are pending. */
  pending: number;
  /** Orders that the risk chain let pass in a calendar minute. */
  acceptedOrders: { minute: number; count: number };
  /** Realised PnL of a UTC day by the platform's own arithmetic, which the daily limit goes by. */
  dayResult: { day: number; realised: Fixed8 };
  /** Realised PnL since `countedFrom`. */
  realised: Fixed8;
  /** Where its results begin: at its creation, or its last reset. The order is the first that counts. */
  resultsFrom: { readonly time: number; readonly order: number };
  /** What it had before, oldest first, as far as snapshots need it. */
  pastHoldings: PastHoldings[];
  /** Snapshots that the first question for a history took. */
  readonly firstSnapshots: Map<SnapshotKind, Snapshot>;
  session: Session | undefined;
}

export interface Account {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
  readonly displayName: string;
  readonly email: string | undefined;
  /** Its digest. */
  readonly password: string | undefined;
  startingBalance: Fixed8;
  status: "active" | "suspended" | "archived";
  riskProfile: RiskProfile;
  /** A label without any effect. */
  mode: { readonly mode: "live" | "backtest"; readonly strategyLabel: string | null };
  readonly createdAt: number;
  /** Oldest first. */
  readonly agents: Agent[];
  /** Of all agents. */
  readonly history: History;
}

/** Whose things a request is about: one agent's, or all of an account. */
export interface Scope {
  readonly account: Account;
  readonly agent: Agent | undefined;
}

/** A stretch of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** How many there are in all. */
  readonly total: number;
}

/** What of a list is asked for; what is left out does not matter. */
export interface HistoryFilter {
  readonly status?: string | undefined;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
}

/** The orders and trades of an account. What waits is always at hand; what has ended may be kept elsewhere. */
export interface History {
  /** An order that waits from now on. */
  addPending(order: Order): void;
  /** An order that has just been filled, cancelled or has expired. */
  addFinished(order: Order): void;
  addTrade(trade: Trade): void;
  order(id: string): Order | undefined;
  /** Oldest first. */
  pending(): readonly Order[];
  orders(agent: Agent | undefined, filter: HistoryFilter, limit: number, offset: number): Page<Order>;
  trades(agent: Agent | undefined, filter: HistoryFilter, limit: number, offset: number): Page<Trade>;
  /** Trades since a moment, oldest first. */
  tradesSince(agent: Agent | undefined, since: number): Iterable<Trade>;
  /** Removes what an agent has done. */
  removeAgent(agent: Agent): void;
}

/** What a portfolio was worth at one moment; amounts as they are stored. */
export interface Snapshot {
  readonly time: number;
  readonly equity: Fixed8;
  readonly unrealised: Fixed8;
  readonly realised: Fixed8;
}

/** How often equity is taken down: every minute, every hour, at midnight. */
export type SnapshotKind = "1m" | "1h" | "1d";

/** What an agent had up to a moment, that moment left out. */
export interface PastHoldings extends Holdings {
  readonly until: number;
}

export interface Holdings {
  readonly startingBalance: Fixed8;
  readonly cash: Fixed8;
  readonly realised: Fixed8;
  readonly positions: readonly { readonly symbol: string; readonly quantity: Fixed8; readonly paid: Fixed8 }[];
}
