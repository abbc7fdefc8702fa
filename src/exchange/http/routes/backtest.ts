import {
  cancelledBacktestRecord,
  createdBacktestRecord,
  fastStepRecord,
  placedBacktestOrderRecord,
  startedBacktestRecord,
  stepRecord,
} from "../../../endpoints/backtest/index.ts";
import { toDecimal28, toFixed8, formatFixed8 } from "../../base/amount.ts";
import type { BacktestSession } from "../../engine/backtest/model.ts";
import {
  cancelSession,
  createSession,
  placeInSession,
  startSession,
  stepSession,
} from "../../engine/backtest/lifecycle.ts";
import { roiText, type StepOptions } from "../../engine/backtest/stepping.ts";
import type { Agent } from "../../engine/model.ts";
import { ORDER_TYPES } from "../../engine/orderKinds.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import { CANDLE_INTERVALS, INTERVALS, SECOND } from "../../time/units.ts";
import type { Call } from "../call.ts";
import { Unprocessable } from "../issues.ts";
import { route, type Route } from "../route.ts";
import {
  amount,
  amountBetween,
  boolean,
  check,
  decimalBetween,
  ifPresent,
  integer,
  list,
  matching,
  object,
  offsetTimestamp,
  oneOf,
  optional,
  string,
  withDefault,
  type Values,
} from "../schema/index.ts";
import { findSession, inactiveSession, runningSession, throwUnknownSession } from "./backtestSession.ts";
import { wirePlacedOrder, wireStep } from "./wireBacktest.ts";
import { partOf } from "../../engine/parts.ts";
import { BACKTESTS } from "../../engine/backtest/parts.ts";

const DEFAULT_FEE_RATE = toDecimal28("0.001");
const STEP_SECONDS: readonly number[] = CANDLE_INTERVALS.map((name) => INTERVALS[name] / SECOND);

const createBody = object({
  startTime: offsetTimestamp,
  endTime: offsetTimestamp,
  startingBalance: amountBetween(toDecimal28(1), toDecimal28(10_000_000)),
  candleInterval: check(withDefault(integer(), 60), (interval) =>
    STEP_SECONDS.includes(interval) ? undefined : `candle_interval must be one of [${STEP_SECONDS.join(", ")}]`,
  ),
  pairs: optional(list(matching(/^[A-Z]{2,10}USDT$/))),
  strategyLabel: withDefault(string({ max: 100 }), "default"),
  agentId: optional(string()),
  exchange: ifPresent(matching(/^[a-z][a-z0-9_]{0,19}$/, "String should match pattern")),
  feeRate: optional(decimalBetween(toDecimal28(0), toDecimal28("0.1"))),
});
type CreateBody = Values<typeof createBody>;

const batchBody = object({ steps: integer({ min: 1, max: 10_000 }) });
const fastBatchBody = object({
  includeIntermediateTrades: withDefault(boolean, false),
  steps: integer({ min: 1, max: 100_000 }),
});
const orderBody = object({
  symbol: string({ max: 20 }),
  side: oneOf(["buy", "sell"]),
  type: withDefault(oneOf(ORDER_TYPES), "market"),
  quantity: amount,
  price: optional(amount),
});

export const backtestRoutes: readonly Route[] = [
  route("POST /api/v1/backtest/create", { body: createBody, output: createdBacktestRecord }, (call) => {
    const { state, account } = call;
    const body = call.readBody();
    const { startTime, endTime, startingBalance, candleInterval, pairs, strategyLabel, feeRate } = body;
    requireTimeZones(call, body);
    call.checkBody(endTime.time > startTime.time, "end_time must be after start_time");
    call.checkSize();
    const agentId = agentIdOf(call, body.agentId);
    const created = createSession(state, account, {
      agentId,
      strategyLabel,
      startTime: startTime.time,
      endTime: endTime.time,
      interval: candleInterval,
      pairs,
      feeRate: feeRate ?? DEFAULT_FEE_RATE,
      startingBalance: toFixed8(startingBalance),
    });
    return {
      sessionId: created.session.id,
      status: created.session.status,
      totalSteps: created.session.totalSteps,
      estimatedPairs: created.pairs,
      agentId,
    };
  }),

  route("POST /api/v1/backtest/{session_id}/start", { output: startedBacktestRecord }, (call) => {
    const session = findSession(call, false) ?? throwUnknownSession(call);
    startSession(call.state, session);
    return { status: session.status, sessionId: session.id };
  }),

  route("POST /api/v1/backtest/{session_id}/step", { output: stepRecord }, (call) => {
    const session = steppableSession(call);
    requireRemainingSteps(session);
    return wireStep(session, stepSession(call.state, session, 1, { fast: false, allFills: true }));
  }),

  route("POST /api/v1/backtest/{session_id}/step/batch", { body: batchBody, output: stepRecord }, (call) => {
    const { steps } = call.readBody();
    const session = steppableSession(call);
    return wireStep(session, stepSession(call.state, session, steps, { fast: false, allFills: false }));
  }),

  route(
    "POST /api/v1/backtest/{session_id}/step/batch/fast",
    { body: fastBatchBody, output: fastStepRecord },
    (call) => {
      const { includeIntermediateTrades, steps } = call.readBody();
      const session = steppableSession(call);
      requireRemainingSteps(session);
      const stepping: StepOptions = { fast: true, allFills: includeIntermediateTrades };
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
    },
  ),

  route("POST /api/v1/backtest/{session_id}/cancel", { output: cancelledBacktestRecord }, (call) => {
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

  route(
    "POST /api/v1/backtest/{session_id}/trade/order",
    { body: orderBody, output: placedBacktestOrderRecord, orderOf: agentOfSession },
    (call) => {
      const order = call.readBody();
      const session = runningSession(call);
      call.isDecided = true;
      return wirePlacedOrder(session, placeInSession(call.state, session, order));
    },
  ),
];

/** The agent of the backtest in the path, if the backtest is the caller's. */
function agentOfSession(call: Call<"session_id">): Agent | undefined {
  const { state, account } = call;
  const session = partOf(state, BACKTESTS).get(call.readParameter("session_id"));
  return session?.accountId === account.id ? state.agents.get(session.agentId ?? "") : undefined;
}

function requireTimeZones(call: Call<never, unknown, CreateBody>, { startTime, endTime }: CreateBody): void {
  const unzoned = Object.entries({ start_time: startTime, end_time: endTime }).filter(([, { hasZone }]) => !hasZone);
  if (unzoned.length === 0) return;
  if (call.state.quirks.incompleteBacktestsCrash) throw crash();
  throw new Unprocessable(
    unzoned.map(([name]) => call.issue("body", name, "timezone_aware", "Input should have timezone info")),
  );
}

/** The agent that a backtest is for: the one that the body names, or else the caller's. */
function agentIdOf(call: Call, named: string | undefined): string {
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
  const id = call.parseUuid("body", "agent_id", named);
  const agent = state.agents.get(id);
  if (agent === undefined) throw new Rejection("BACKTEST_NO_DATA", `Agent '${id}' not found.`);
  if (agent.accountId !== account.id && !quirks.backtestsTakeForeignAgents)
    throw new Rejection("PERMISSION_DENIED", "Agent does not belong to this account.");
  return agent.id;
}

/** The session of the path, which must be running. The rejection tells whether it has ended. */
function steppableSession(call: Call<"session_id">): BacktestSession {
  const session = findSession(call, false);
  if (session === undefined || session.status === "created") throw inactiveSession(call);
  if (session.status !== "running") throw endedSession(session.status);
  return session;
}

/** A running session may have no steps left. */
function requireRemainingSteps({ step, totalSteps }: BacktestSession): void {
  if (step >= totalSteps) throw endedSession("complete");
}

function endedSession(status: string): Rejection {
  const problem = status === "complete" ? "is already complete" : `has already ${status}`;
  return new Rejection("BACKTEST_INVALID_STATE", `Backtest session ${problem}.`, { current_status: status });
}
