import {
  decimal,
  from,
  instant,
  integer,
  jsonObject,
  list,
  nullable,
  record,
  text,
  type Codec,
  type Decimal,
} from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, pathText, uuid } from "../inputs/index.ts";
import { orderTypeCodec, sideCodec, type OrderStatus, type OrderType, type Side } from "../trading/order.ts";
import { decisionRecord, type Decision } from "./decision.ts";

/** What a strategy recommended before a decision. */
export interface DecisionSignal {
  readonly id: string;
  readonly traceId: string;
  readonly strategyName: string;
  readonly symbol: string;
  readonly action: string;
  /** 0 to 1; null if unknown. */
  readonly confidence: Decimal | null;
  /** Weight among all signals; null if unknown. */
  readonly weight: Decimal | null;
  /** As stored. */
  readonly signalData: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

/** A request that the agent made for a decision. */
export interface TracedApiCall {
  readonly id: string;
  readonly traceId: string;
  /** How the request was made, such as `rest`. */
  readonly channel: string;
  readonly endpoint: string;
  /** Null if it was not an HTTP request. */
  readonly method: string | null;
  /** Null if there was no response. */
  readonly statusCode: number | null;
  /** In milliseconds. */
  readonly latencyMs: Decimal;
  /** In bytes; null if unknown. */
  readonly requestSize: number | null;
  /** In bytes; null if unknown. */
  readonly responseSize: number | null;
  /** Null unless it failed. */
  readonly error: string | null;
  readonly createdAt: Date;
}

/** The order of a decision. */
export interface TracedOrder {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: Decimal | null;
  /** Fill price in the quote asset; null unless filled. */
  readonly executedPrice: Decimal | null;
  /** In the base asset; null unless filled. */
  readonly executedQuantity: Decimal | null;
  /** In the quote asset; null unless filled. */
  readonly fee: Decimal | null;
  readonly status: OrderStatus;
  readonly createdAt: Date;
  /** Null unless filled. */
  readonly filledAt: Date | null;
}

/** The trade of a decision. */
export interface TracedTrade {
  readonly tradeId: string;
  readonly symbol: string;
  readonly side: Side;
  /** In the base asset. */
  readonly quantity: Decimal | null;
  /** In the quote asset. */
  readonly price: Decimal | null;
  /** Quantity times price, in the quote asset. */
  readonly quoteAmount: Decimal | null;
  /** In the quote asset. */
  readonly fee: Decimal | null;
  /** In the quote asset; null for buys. */
  readonly realizedPnl: Decimal | null;
  readonly createdAt: Date;
}

/** A decision with its causes and its results. Empty if nothing has this trace id. */
export interface DecisionTrace {
  readonly traceId: string;
  readonly signals: readonly DecisionSignal[];
  /** Null if there is none. */
  readonly decision: Decision | null;
  readonly apiCalls: readonly TracedApiCall[];
  /** Null if there is none. */
  readonly order: TracedOrder | null;
  /** Null if there is none. */
  readonly trade: TracedTrade | null;
  /** Result of the decision, in USDT; null if unknown. */
  readonly pnl: Decimal | null;
}

const signalRecord: Codec<DecisionSignal> = record<DecisionSignal>({
  id: text,
  traceId: text,
  strategyName: text,
  symbol: text,
  action: text,
  confidence: nullable(decimal),
  weight: nullable(decimal),
  signalData: jsonObject,
  createdAt: instant,
});

const apiCallRecord: Codec<TracedApiCall> = record<TracedApiCall>({
  id: text,
  traceId: text,
  channel: text,
  endpoint: text,
  method: nullable(text),
  statusCode: nullable(integer),
  latencyMs: decimal,
  requestSize: nullable(integer),
  responseSize: nullable(integer),
  error: nullable(text),
  createdAt: instant,
});

const orderRecord: Codec<TracedOrder> = record<TracedOrder>({
  orderId: from("id", text),
  symbol: text,
  side: sideCodec,
  type: orderTypeCodec,
  quantity: nullable(decimal),
  executedPrice: nullable(decimal),
  executedQuantity: from("executed_qty", nullable(decimal)),
  fee: nullable(decimal),
  status: text,
  createdAt: instant,
  filledAt: nullable(instant),
});

const tradeRecord: Codec<TracedTrade> = record<TracedTrade>({
  tradeId: from("id", text),
  symbol: text,
  side: sideCodec,
  quantity: nullable(decimal),
  price: nullable(decimal),
  quoteAmount: nullable(decimal),
  fee: nullable(decimal),
  realizedPnl: nullable(decimal),
  createdAt: instant,
});

export const decisionTraceRecord: Codec<DecisionTrace> = record<DecisionTrace>({
  traceId: text,
  signals: list(signalRecord),
  decision: nullable(decisionRecord),
  apiCalls: list(apiCallRecord),
  order: nullable(orderRecord),
  trade: nullable(tradeRecord),
  pnl: nullable(decimal),
});

export const getDecisionTrace: Endpoint<{ agentId: string; traceId: string }, DecisionTrace> = endpoint({
  name: "getDecisionTrace",
  method: "GET",
  path: "/agents/{agentId}/decisions/trace/{traceId}",
  input: input({ agentId: uuid, traceId: pathText }),
  output: decisionTraceRecord,
  access: "account",
  tier: "general",
});
