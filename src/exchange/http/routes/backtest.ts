import {
  cancelledBacktestRecord,
  createdBacktestRecord,
  fastStepRecord,
  placedBacktestOrderRecord,
  startedBacktestRecord,
  stepRecord,
} from "../../../endpoints/backtest/index.ts";
import { toDecimal28, toFixed8, formatFixed8, type Decimal28 } from "../../base/amount.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import {
  cancelSession,
  createSession,
  placeInSession,
  startSession,
  stepSession,
} from "../../engine/backtest/lifecycle.ts";
import { roiText, type Stepping } from "../../engine/backtest/stepping.ts";
import type { Agent } from "../../engine/model.ts";
import { ORDER_TYPES } from "../../engine/orderKinds.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import { findSession, inactive, refuseUnknown, runningSession } from "./backtests.ts";
import { wirePlaced, wireStep } from "./backtestSteps.ts";
import { placesOf } from "./balances.ts";
import type { Call } from "../call.ts";
import { readDecimal, readMoment, readTexts, type ReadMoment } from "../fields.ts";
import type { FieldReader } from "../read.ts";
import { orderRoute, route, type Route } from "../route.ts";
import { parseLooseUuid } from "../uuid.ts";

const PAIR = /^[A-Z]{2,10}USDT$/;
const EXCHANGE = /^[a-z][a-z0-9_]{0,19}$/;
const INTERVALS = [60, 300, 3600, 86_400];
const LEAST_BALANCE = toDecimal28(1);
const MOST_BALANCE = toDecimal28(10_000_000);
const NO_FEE = toDecimal28(0);
const USUAL_FEE = toDecimal28("0.001");
const MOST_FEE = toDecimal28("0.1");

export const backtestRoutes: readonly Route[] = [
  route("POST", "/api/v1/backtest/create", createdBacktestRecord, (call) => {
    const { state, account } = call;
    const body = call.body();
    const start = readMoment(body, "start_time");
    const end = readMoment(body, "end_time");
    const startingBalance = requiredBalance(body, placesOf(state));
    const interval = readInterval(body);
    const pairs = readTexts(body, "pairs", PAIR);
    const strategyLabel = body.has("strategy_label") ? body.text("strategy_label", { most: 100 }) : "default";
    const agentText = body.optionalText("agent_id");
    if (body.has("exchange") && !EXCHANGE.test(body.text("exchange")))
      body.issue("exchange", "string_pattern_mismatch", "String should match pattern", { pattern: EXCHANGE.source });
    const feeRate = readDecimal(body, "fee_rate", NO_FEE, MOST_FEE) ?? USUAL_FEE;
    demandOffsets(call, body, { start_time: start, end_time: end });
    body.rule(end.time > start.time, "end_time must be after start_time");
    call.checkSize();
    const agentId = agentOf(call, body, agentText);
    const plan = { agentId, strategyLabel, startTime: start.time, endTime: end.time, interval, pairs, feeRate };
    const made = createSession(state, account, { ...plan, startingBalance: toFixed8(startingBalance) });
    return {
      sessionId: made.session.id,
      status: made.session.status,
      totalSteps: made.session.totalSteps,
      estimatedPairs: made.pairs,
      agentId,
    };
  }),

  route("POST", "/api/v1/backtest/{session_id}/start", startedBacktestRecord, (call) => {
    const session = findSession(call, false) ?? refuseUnknown(call);
    startSession(call.state, session);
    return { status: session.status, sessionId: session.id };
  }),

  route("POST", "/api/v1/backtest/{session_id}/step", stepRecord, (call) => {
    const session = steppable(call);
    refuseFinished(session);
    return wireStep(session, stepSession(call.state, session, 1, { fast: false, allFills: true }));
  }),

  route("POST", "/api/v1/backtest/{session_id}/step/batch", stepRecord, (call) => {
    const steps = readSteps(call.body(), 10_000);
    const session = steppable(call);
    return wireStep(session, stepSession(call.state, session, steps, { fast: false, allFills: false }));
  }),

  route("POST", "/api/v1/backtest/{session_id}/step/batch/fast", fastStepRecord, (call) => {
    const body = call.body();
    const allFills = body.flag("include_intermediate_trades", false);
    const steps = readSteps(body, 100_000);
    const session = steppable(call);
    refuseFinished(session);
    const stepping: Stepping = { fast: true, allFills };
    const stepped = stepSession(call.state, session, steps, stepping);
    const step = wireStep(session, stepped);
    const stepsExecuted = stepped.count;
    if (!stepped.isComplete || !call.state.quirks.fastEndWithoutFigures) return { ...step, stepsExecuted };
    const portfolio = {
      totalEquity: session.outcome === undefined ? step.portfolio.totalEquity : formatFixed8(session.outcome.equity),
      availableCash: "0",
      positionValue: "0",
      unrealizedPnl: "0",
      realizedPnl: "0",
      positions: [],
    };
    return { ...step, prices: {}, portfolio, stepsExecuted };
  }),

  route("POST", "/api/v1/backtest/{session_id}/cancel", cancelledBacktestRecord, (call) => {
    const session = runningSession(call);
    cancelSession(call.state, session);
    const { outcome } = session;
    if (outcome === undefined) throw crash();
    return {
      sessionId: session.id,
      status: session.status,
      totalTrades: outcome.totalTrades,
      roiPct: roiText(call.state, session, outcome),
    };
  }),

  orderRoute(
    agentOfSession,
    route("POST", "/api/v1/backtest/{session_id}/trade/order", placedBacktestOrderRecord, (call) => {
      const body = call.body();
      const symbol = body.text("symbol", { most: 20 });
      const side = body.oneOf("side", ["buy", "sell"]);
      const type = body.oneOf("type", ORDER_TYPES, "market");
      const quantity = body.decimal("quantity", placesOf(call.state));
      const price = body.optionalDecimal("price", placesOf(call.state));
      body.done();
      const session = runningSession(call);
      call.decided = true;
      return wirePlaced(placeInSession(call.state, session, { symbol, side, type, quantity, price }));
    }),
  ),
];

/** The agent that a backtest is for, if the backtest is the caller's. */
function agentOfSession({ state, account, path }: Call): Agent | undefined {
  const session = state.backtests.get(parseLooseUuid(String(path.raw("session_id"))) ?? "");
  return session?.account === account ? state.agents.get(session.agentId ?? "") : undefined;
}

function requiredBalance(body: FieldReader, places: number | undefined): Decimal28 {
  if (body.raw("starting_balance") === undefined) body.text("starting_balance");
  else if (body.raw("starting_balance") === null)
    body.issue(
      "starting_balance",
      "decimal_type",
      "Decimal input should be an integer, float, string or Decimal object",
    );
  const balance = readDecimal(body, "starting_balance", LEAST_BALANCE, MOST_BALANCE) ?? LEAST_BALANCE;
  if (places !== undefined) body.checkPlaces("starting_balance", balance, places);
  return balance;
}

function readInterval(body: FieldReader): number {
  const right = body.integer("candle_interval", {}, 60);
  if (INTERVALS.includes(right) || body.isWrong("candle_interval")) return right;
  const message = `candle_interval must be one of [${INTERVALS.join(", ")}]`;
  body.issue("candle_interval", "value_error", `Value error, ${message}`, { error: {} });
  return 60;
}

function readSteps(body: FieldReader, most: number): number {
  const steps = body.integer("steps", { least: 1, most });
  body.done();
  return steps;
}

function demandOffsets(call: Call, body: FieldReader, moments: Readonly<Record<string, ReadMoment>>): void {
  body.done();
  for (const [name, { zoned }] of Object.entries(moments)) {
    if (zoned) continue;
    if (call.state.quirks.incompleteBacktestsCrash) throw crash();
    body.issue(name, "timezone_aware", "Input should have timezone info");
  }
}

/** Whose agent a backtest is for: the one named, or the caller's. */
function agentOf(call: Call, body: FieldReader, named: string | undefined): string {
  const { state, account } = call;
  const { quirks } = state;
  if (named === undefined) {
    const { agent } = call.scope;
    if (agent !== undefined) return agent.id;
    if (quirks.incompleteBacktestsCrash) throw crash();
    throw new Rejection("VALIDATION_ERROR", "A backtest needs an agent: use an agent's key, X-Agent-Id or agent_id.", {
      field: "agent_id",
    });
  }
  const id = parseLooseUuid(named);
  if (id === undefined) {
    if (quirks.malformedIdsCrash) throw crash();
    body.issue("agent_id", "uuid_parsing", "Input should be a valid UUID");
    body.done();
  }
  const agent = state.agents.get(id as string);
  if (agent === undefined) throw new Rejection("BACKTEST_NO_DATA", `Agent '${id}' not found.`);
  if (agent.account !== account && !quirks.backtestsTakeForeignAgents)
    throw new Rejection("PERMISSION_DENIED", "Agent does not belong to this account.");
  return agent.id;
}

/** The session of the path, which must be running; one that is over says so. */
function steppable(call: Call): BacktestSession {
  const session = findSession(call, false);
  if (session === undefined || session.status === "created") throw inactive(call);
  if (session.status !== "running") throw over(session.status);
  return session;
}

/** A session without steps left cannot be stepped, though it runs. */
function refuseFinished({ step, totalSteps }: BacktestSession): void {
  if (step >= totalSteps) throw over("complete");
}

function over(status: string): Rejection {
  const problem = status === "complete" ? "is already complete" : `has already ${status}`;
  return new Rejection("BACKTEST_INVALID_STATE", `Backtest session ${problem}.`, { current_status: status });
}
