import {
  decisionAnalysisRecord,
  decisionTraceRecord,
  feedbackRecord,
  type Decision,
  type DecisionSignal,
  type DecisionStats as WireStats,
  type TracedApiCall,
  type TracedOrder,
  type TracedTrade,
} from "../../../endpoints/agents/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { formatDecimal, formatFixed8, toDecimal28 } from "../../base/amount.ts";
import { Rejection } from "../../base/rejection.ts";
import { findDecisions, statsOf, type DecisionStats } from "../../engine/decisions/analysis.ts";
import {
  FEEDBACK_STATUSES,
  type DecimalInput,
  type StoredApiCall,
  type StoredDecision,
  type StoredSignal,
} from "../../engine/decisions/model.ts";
import { traceOf, updateFeedback } from "../../engine/decisions/records.ts";
import type { Order, Trade } from "../../engine/model.ts";
import { route, type Route } from "../route.ts";
import { float, integer, object, oneOf, optional, string, withDefault, type Field } from "../schema/index.ts";
import { parseTimestamp } from "../timestamps.ts";
import { formatEightDecimals } from "./format.ts";
import { managedAgent, ownAgent } from "./ownAgent.ts";

const AGENT = "/api/v1/agents/{agent_id}";

const share: Field<number> = (input) => {
  const value = float(input);
  if (typeof value !== "number" || (value >= 0 && value <= 1)) return value;
  return value < 0
    ? input.issue("greater_than_equal", "Input should be greater than or equal to 0", { ge: 0 })
    : input.issue("less_than_equal", "Input should be less than or equal to 1", { le: 1 });
};

const analysisQuery = object({
  start: optional(string()),
  end: optional(string()),
  minConfidence: optional(share),
  direction: optional(oneOf(["buy", "sell", "hold"])),
  pnlOutcome: withDefault(oneOf(["positive", "negative", "all"]), "all"),
  limit: withDefault(integer({ min: 1, max: 500 }), 200),
});
const feedbackBody = object({ status: oneOf(FEEDBACK_STATUSES), resolution: optional(string()) });

/** What the platform's own trading service has recorded of an agent. */
export const decisionRoutes: readonly Route[] = [
  route(`GET ${AGENT}/decisions/trace/{trace_id}`, { output: decisionTraceRecord }, (call) => {
    const { agent_id: id, trace_id: traceId } = call.readParameters("agent_id", "trace_id");
    const { signals, decision, apiCalls, order, trade } = traceOf(call.state, ownAgent(call, id), traceId);
    const realised = trade?.realised === undefined ? null : formatFixed8(trade.realised);
    return {
      traceId,
      signals: signals.map(wireSignal),
      decision: decision === undefined ? null : wireDecision(decision),
      apiCalls: apiCalls.map(wireApiCall),
      order: order === undefined ? null : wireOrder(order),
      trade: trade === undefined ? null : wireTrade(trade),
      pnl: wireDecimal(decision?.outcome?.pnl) ?? realised,
    };
  }),

  route(`GET ${AGENT}/decisions/analyze`, { query: analysisQuery, output: decisionAnalysisRecord }, (call) => {
    const id = call.readParameter("agent_id");
    const { start, end, minConfidence, direction, pnlOutcome: outcome, limit } = call.readQuery();
    const filter = { start: timeOf("start", start), end: timeOf("end", end), minConfidence, direction, outcome };
    const decisions = findDecisions(call.state, ownAgent(call, id), filter, limit);
    const directions = [...new Set(decisions.map((each) => each.direction))];
    return {
      ...wireStats(statsOf(decisions)),
      byDirection: Object.fromEntries(
        directions.map((each) => [each, wireStats(statsOf(decisions.filter((one) => one.direction === each)))]),
      ),
      decisions: decisions.map(wireDecision),
    };
  }),

  route(`PATCH ${AGENT}/feedback/{feedback_id}`, { body: feedbackBody, output: feedbackRecord }, (call) => {
    const { agent_id: agentId, feedback_id: feedbackId } = call.readParameters("agent_id", "feedback_id");
    const { status, resolution } = call.readBody();
    call.checkSize();
    const agent = managedAgent(call, agentId);
    const feedback = updateFeedback(call.state, agent, feedbackId, status, resolution);
    return {
      id: feedback.id,
      agentId: agent.id,
      status: feedback.status,
      resolution: feedback.resolution,
      resolvedAt: feedback.resolvedAt === undefined ? null : new Date(feedback.resolvedAt),
      updated: true,
    };
  }),
];

function timeOf(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = parseTimestamp(text.trim());
  if (time !== undefined) return time;
  throw new Rejection("VALIDATION_ERROR", `${field} must be an ISO-8601 timestamp.`, { field });
}

function wireStats(stats: DecisionStats): Encodable<WireStats> {
  const { total, wins, losses, winRate, averagePnl, averageConfidence } = stats;
  return {
    total,
    wins,
    losses,
    winRate,
    avgPnl: averagePnl === undefined ? null : formatEightDecimals(averagePnl),
    avgConfidence: averageConfidence === undefined ? null : formatEightDecimals(averageConfidence),
  };
}

function wireDecimal(value: DecimalInput | undefined): string | null {
  return value === undefined ? null : formatDecimal(toDecimal28(value));
}

function wireDecision(decision: StoredDecision): Encodable<Decision> {
  const { outcome } = decision;
  return {
    id: decision.id,
    agentId: decision.agentId,
    traceId: decision.traceId ?? null,
    decisionType: decision.decisionType ?? "trade",
    symbol: decision.symbol ?? null,
    direction: decision.direction,
    confidence: wireDecimal(decision.confidence),
    reasoning: decision.reasoning ?? null,
    marketSnapshot: decision.marketSnapshot ?? null,
    riskAssessment: decision.riskAssessment ?? null,
    orderId: decision.orderId ?? null,
    outcomePnl: wireDecimal(outcome?.pnl),
    outcomeRecordedAt: outcome === undefined ? null : new Date(outcome.time),
    createdAt: new Date(decision.createdAt),
  };
}

function wireSignal(signal: StoredSignal): Encodable<DecisionSignal> {
  return {
    id: signal.id,
    traceId: signal.traceId,
    strategyName: signal.strategyName,
    symbol: signal.symbol,
    action: signal.action,
    confidence: wireDecimal(signal.confidence),
    weight: wireDecimal(signal.weight),
    signalData: signal.signalData ?? {},
    createdAt: new Date(signal.createdAt),
  };
}

function wireApiCall(apiCall: StoredApiCall): Encodable<TracedApiCall> {
  return {
    id: apiCall.id,
    traceId: apiCall.traceId,
    channel: apiCall.channel,
    endpoint: apiCall.endpoint,
    method: apiCall.method ?? null,
    statusCode: apiCall.statusCode ?? null,
    latencyMs: formatDecimal(toDecimal28(apiCall.latencyMs)),
    requestSize: apiCall.requestSize ?? null,
    responseSize: apiCall.responseSize ?? null,
    error: apiCall.error ?? null,
    createdAt: new Date(apiCall.createdAt),
  };
}

function wireOrder({ id, symbol, side, type, quantity, fill, status, createdAt }: Order): Encodable<TracedOrder> {
  return {
    orderId: id,
    symbol,
    side,
    type,
    quantity: formatFixed8(quantity),
    executedPrice: fill === undefined ? null : formatFixed8(fill.price),
    executedQuantity: fill === undefined ? null : formatFixed8(quantity),
    fee: fill === undefined ? null : formatFixed8(fill.fee),
    status,
    createdAt: new Date(createdAt),
    filledAt: fill === undefined ? null : new Date(fill.time),
  };
}

function wireTrade({ id, symbol, side, quantity, price, gross, fee, realised, time }: Trade): Encodable<TracedTrade> {
  return {
    tradeId: id,
    symbol,
    side,
    quantity: formatFixed8(quantity),
    price: formatFixed8(price),
    quoteAmount: formatFixed8(gross),
    fee: formatFixed8(fee),
    realizedPnl: realised === undefined ? null : formatFixed8(realised),
    createdAt: new Date(time),
  };
}
