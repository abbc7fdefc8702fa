import { randomUuid } from "../../base/random.ts";
import {
  compare,
  divide,
  add,
  fromFixed8,
  sum,
  multiply,
  HUNDRED,
  ZERO,
  type Decimal28,
  negate,
} from "../../base/amount.ts";
import { Tree } from "../../collections/tree.ts";
import { parseLimit } from "../trading/limits.ts";
import type { Account } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";
import { currentPrice, earliestCandle, openHistory, pairsWithCandles, symbolsOf } from "./prices.ts";
import { orderById, recordOrder } from "./pending.ts";
import { execute, lockFunds, openSandbox, unlock, type SandboxDraft } from "./sandbox.ts";
import type { BacktestSession, SandboxOrder, SessionPlan } from "./model.ts";
import {
  currentPortfolio,
  finish,
  runSteps,
  freeSession,
  takeSnapshot,
  executionTerms,
  type StepResult,
  type StepOptions,
} from "./stepping.ts";
import { DAY, HOUR } from "../../time/units.ts";
import { partOf } from "../parts.ts";
import { addOwn, newestOwn } from "../ownIds.ts";
import { BACKTESTS, OWN_BACKTESTS } from "./parts.ts";

const KEPT_DAYS = 90;

/** Creates a session that is not registered with the exchange. */
export function planSession(state: ExchangeState, id: string, accountId: string, plan: SessionPlan): BacktestSession {
  return {
    ...plan,
    id,
    accountId,
    totalSteps: Math.floor((plan.endTime - plan.startTime) / 1000 / plan.interval),
    status: "created",
    createdAt: state.now,
    startedAt: undefined,
    completedAt: undefined,
    touchedAt: state.now,
    step: 0,
    time: plan.startTime,
    reported: { step: 0, time: undefined },
    history: undefined,
    sandbox: openSandbox(plan.startingBalance, !state.quirks.backtestResultsWithoutFees),
    snapshots: new Tree(),
    outcome: undefined,
  };
}

/** Creates a session. Also returns the number of its pairs that have candles at its start. */
export function createSession(
  state: ExchangeState,
  account: Account,
  plan: SessionPlan,
): { readonly session: BacktestSession; readonly pairs: number } {
  const earliest = earliestCandle(state);
  if (earliest === undefined) throw new Rejection("BACKTEST_NO_DATA", "There are no candles to test on.");
  if (plan.startTime < earliest) {
    const details = { earliest: `${new Date(earliest).toISOString().slice(0, 19)}+00:00` };
    throw new Rejection("BACKTEST_NO_DATA", "There are no candles at the start time yet.", details);
  }
  const session = planSession(state, randomUuid(state.ids), account.id, plan);
  partOf(state, BACKTESTS).add(session);
  addOwn(partOf(state, OWN_BACKTESTS), account.id, session.id);
  return { session, pairs: pairsWithCandles(state, symbolsOf(state.market, plan.pairs), plan.startTime) };
}

export function startSession(state: ExchangeState, session: BacktestSession): void {
  if (session.status !== "created") {
    throw new Rejection("BACKTEST_INVALID_STATE", `Cannot start backtest in '${session.status}' state.`, {
      current_status: session.status,
      required_status: "created",
    });
  }
  if (!openHistory(state, session))
    throw new Rejection("BACKTEST_NO_DATA", "There are no candles in the time range of the backtest.");
  session.status = "running";
  session.startedAt = session.touchedAt = state.now;
  session.reported = { step: 0, time: session.time };
  takeSnapshot(state, session);
}

/** Runs up to `maxSteps` steps on request. */
export function stepSession(
  state: ExchangeState,
  session: BacktestSession,
  maxSteps: number,
  options: StepOptions,
): StepResult {
  session.touchedAt = state.now;
  // A step that fails has advanced the clock nevertheless.
  state.revision++;
  return runSteps(state, session, maxSteps, options);
}

export function cancelSession(state: ExchangeState, session: BacktestSession): void {
  finish(state, session, "cancelled");
  freeSession(session);
}

/** Places an order in a session. One that breaks a limit or has no price is stored as rejected. */
export function placeInSession(state: ExchangeState, session: BacktestSession, draft: SandboxDraft): SandboxOrder {
  const { sandbox } = session;
  session.touchedAt = state.now;
  const price = currentPrice(state, session, draft.symbol);
  const base = { ...draft, number: sandbox.orders.size, locked: ZERO, trade: undefined };
  let order: SandboxOrder;
  if (price === undefined || breaksLimits(state, session, draft, multiply(draft.quantity, fromFixed8(price)))) {
    order = { ...base, id: randomUuid(state.ids), status: "rejected" };
  } else if (ORDER_KINDS[draft.type].backtest.triggersOn === undefined) {
    const trade = execute(sandbox, draft, price, executionTerms(state, session, state.ids));
    order = { ...base, id: randomUuid(state.ids), status: "filled", trade };
  } else {
    const locked = lockFunds(sandbox, draft, price);
    order = { ...base, id: randomUuid(state.ids), status: "pending", locked };
  }
  recordOrder(sandbox, order);
  return order;
}

/** Cancels a pending order. Returns false if the order is not pending. */
export function cancelInSession({ sandbox }: BacktestSession, orderId: string): boolean {
  const order = orderById(sandbox, orderId);
  if (order?.status !== "pending") return false;
  unlock(sandbox, order);
  recordOrder(sandbox, { ...order, status: "cancelled" });
  return true;
}

/** Only the agent's own profile applies, and only three of its limits. */
function breaksLimits(state: ExchangeState, session: BacktestSession, draft: SandboxDraft, value: Decimal28): boolean {
  const profile = state.agents.get(session.agentId ?? "")?.riskProfile ?? {};
  const orderPct = parseLimit(profile["max_order_size_pct"]);
  const positionPct = parseLimit(profile["max_position_size_pct"]);
  const lossPct = parseLimit(profile["daily_loss_limit_pct"]);
  if (orderPct === undefined && positionPct === undefined && lossPct === undefined) return false;
  const portfolio = currentPortfolio(state, session);
  const shareOf = (part: Decimal28): Decimal28 =>
    portfolio.equity.units <= 0n ? HUNDRED : multiply(divide(part, portfolio.equity), HUNDRED);
  if (orderPct !== undefined && compare(shareOf(value), orderPct) > 0) return true;
  if (positionPct !== undefined && draft.side === "buy") {
    const held = portfolio.positions.filter((each) => each.symbol === draft.symbol).map((each) => each.marketValue);
    if (compare(shareOf(add(sum(held), value)), positionPct) > 0) return true;
  }
  const { day, realised } = session.sandbox.dayResult;
  if (lossPct === undefined || realised.units >= 0n || day !== Math.floor(session.time / DAY)) return false;
  return compare(multiply(divide(negate(realised), fromFixed8(session.startingBalance)), HUNDRED), lossPct) >= 0;
}

/** The sessions of an account, newest first. They are read one by one, so stop as soon as you can. */
export function* ownSessions(state: ExchangeState, { id: accountId }: Account): Generator<BacktestSession> {
  const table = partOf(state, BACKTESTS);
  for (const id of newestOwn(partOf(state, OWN_BACKTESTS), accountId)) {
    const session = table.get(id);
    if (session === undefined) continue;
    expireSession(state, session);
    yield session;
  }
}

/** Applies what the hourly and daily jobs would have done to a session by now. */
export function expireSession(state: ExchangeState, session: BacktestSession): void {
  if (session.status === "created" || session.status === "running") {
    const job = Math.ceil((session.touchedAt + HOUR) / HOUR) * HOUR;
    if (job > state.now) return;
    // The platform's job does not see the running session, so its results are lost.
    if (session.status === "running" && !state.quirks.resultsWaitForTheEnd) finish(state, session, "cancelled");
    session.status = "cancelled";
    session.completedAt = job;
    freeSession(session);
  } else if (session.completedAt !== undefined && state.now >= session.completedAt + KEPT_DAYS * DAY) {
    session.snapshots = new Tree();
    session.sandbox.trades = new Tree();
  }
}
