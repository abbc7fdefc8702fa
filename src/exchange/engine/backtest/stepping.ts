import type { RandomStream } from "../../base/random.ts";
import {
  HUNDRED,
  toFixed8,
  divide,
  add,
  round,
  fromFixed8,
  formatDecimal,
  formatFixed8,
  multiply,
  type Decimal28,
  type Fixed8,
  ZERO8,
} from "../../base/amount.ts";
import { Tree } from "../../collections/tree.ts";
import { valuesOf } from "../../collections/valuesOf.ts";
import { emitEvent } from "../webhooks/outbox.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";
import { figuresOf, roiOf } from "./metrics.ts";
import { currentPrice } from "./prices.ts";
import { clearPending, findTriggered, pendingOrders, recordOrder, type TriggeredOrder } from "./pending.ts";
import { execute, openPositions, portfolioOf, unlock, type SandboxPortfolio, type ExecutionTerms } from "./sandbox.ts";
import { figuresByPair, toCount } from "./totals.ts";
import type { BacktestSession, Outcome, SandboxOrder, Snapshot } from "./model.ts";

/** Result of a batch of steps. */
export interface StepResult {
  /** Number of steps made. */
  readonly count: number;
  /** Orders filled by the last step or, with `allFills`, by all steps. */
  readonly fills: readonly SandboxOrder[];
  /** Before positions are closed at the end, except in a fast batch, which reports the final value. */
  readonly portfolio: SandboxPortfolio;
  readonly prices: ReadonlyMap<string, Fixed8>;
  readonly isComplete: boolean;
}

/** Options of a batch of steps. */
export interface StepOptions {
  readonly fast: boolean;
  /** Whether the fills of all steps are reported. */
  readonly allFills: boolean;
}

const NONE: readonly SandboxOrder[] = [];
const SNAPSHOT_STEPS = 60;
const REPORT_STEPS = 500;

export function executionTerms(
  state: ExchangeState,
  session: BacktestSession,
  ids: RandomStream | undefined,
): ExecutionTerms {
  return { feeRate: session.feeRate, time: session.time, nakedSells: state.quirks.nakedSellsFill, ids };
}

export function currentPortfolio(state: ExchangeState, session: BacktestSession): SandboxPortfolio {
  return portfolioOf(session.sandbox, (symbol) => currentPrice(state, session, symbol));
}

/** All prices at the session's time. */
export function currentPrices(state: ExchangeState, session: BacktestSession): ReadonlyMap<string, Fixed8> {
  const prices = new Map<string, Fixed8>();
  for (const symbol of session.history?.symbols ?? []) {
    const price = currentPrice(state, session, symbol);
    if (price !== undefined) prices.set(symbol, price);
  }
  return prices;
}

export function takeSnapshot(state: ExchangeState, session: BacktestSession): void {
  const { positions: _, ...worth } = currentPortfolio(state, session);
  session.snapshots.set(session.snapshots.size, { time: session.time, ...worth });
}

/** Oldest first. */
export function snapshotsOf({ snapshots }: BacktestSession): readonly Snapshot[] {
  return valuesOf(snapshots);
}

/** Makes one step: advances the clock, then checks pending orders. Returns the filled ones. */
export function stepOnce(
  state: ExchangeState,
  session: BacktestSession,
  ids: RandomStream | undefined,
): readonly SandboxOrder[] {
  session.step++;
  session.time = Math.min(session.time + session.interval * 1000, session.endTime);
  const triggered = findTriggered(state, session);
  return triggered.length === 0 ? NONE : triggered.flatMap((each) => fill(state, session, each, ids) ?? []);
}

/** Fills a triggered order; undefined if it is rejected instead. */
function fill(
  state: ExchangeState,
  session: BacktestSession,
  { order, price }: TriggeredOrder,
  ids: RandomStream | undefined,
): SandboxOrder | undefined {
  const { sandbox } = session;
  unlock(sandbox, order);
  let trade: number;
  try {
    trade = execute(sandbox, order, price, executionTerms(state, session, ids));
  } catch (error) {
    if (!(error instanceof Rejection) || state.quirks.unfundedTriggersFailSteps) throw error;
    recordOrder(sandbox, { ...order, status: "rejected" });
    return undefined;
  }
  const filled: SandboxOrder = { ...order, status: "filled", trade };
  recordOrder(sandbox, filled);
  return filled;
}

/** Makes up to `maxSteps` steps; the last step of the session completes it. */
export function runSteps(
  state: ExchangeState,
  session: BacktestSession,
  maxSteps: number,
  { fast, allFills }: StepOptions,
): StepResult {
  const sparse = fast && state.quirks.snapshotsDependOnStepping;
  const first = session.step;
  const fills: SandboxOrder[] = [];
  let last: readonly SandboxOrder[] = [];
  while (session.step < session.totalSteps && session.step - first < maxSteps) {
    last = stepOnce(state, session, state.ids);
    if (allFills) fills.push(...last);
    const isLast = session.step === session.totalSteps;
    if (last.length > 0 || isLast || (!sparse && session.step % SNAPSHOT_STEPS === 0)) takeSnapshot(state, session);
    if (!fast && session.step % REPORT_STEPS === 0) reportProgress(session);
  }
  if (fast) reportProgress(session);
  const count = session.step - first;
  const isComplete = session.step === session.totalSteps;
  const currentView = (): Omit<StepResult, "count" | "fills" | "isComplete"> => ({
    portfolio: currentPortfolio(state, session),
    prices: currentPrices(state, session),
  });
  const before = currentView();
  if (isComplete && count > 0) complete(state, session);
  const reported = isComplete && fast ? currentView() : before;
  if (session.status === "completed") freeSession(session);
  return { count, fills: allFills ? fills : last, ...reported, isComplete };
}

/** Frees data that no request can read after the end of a session. */
export function freeSession(session: BacktestSession): void {
  session.history = undefined;
  session.sandbox.orders = new Tree();
  session.sandbox.orderNumbers = new Tree();
  clearPending(session.sandbox);
}

function reportProgress(session: BacktestSession): void {
  session.reported = { step: session.step, time: session.time };
}

function complete(state: ExchangeState, session: BacktestSession): void {
  closeAllPositions(state, session, state.ids);
  takeSnapshot(state, session);
  finish(state, session, "completed");
  const { outcome } = session;
  if (outcome === undefined) return;
  emitEvent(state, session.accountId, "backtest.completed", {
    backtest_id: session.id,
    status: "completed",
    roi_pct: roiText(state, session, outcome),
    total_trades: outcome.totalTrades,
    final_equity: formatFixed8(outcome.equity),
  });
}

/** The return in percent with 2 decimals, as the platform reports it before storing it. */
export function roiText(
  { quirks }: ExchangeState,
  { startingBalance }: BacktestSession,
  { equity, roiPct }: Outcome,
): string {
  const text = formatDecimal(round(roiPct, 2));
  return quirks.zeroKeepsSign && equity < startingBalance && !text.startsWith("-") ? `-${text}` : text;
}

/** Sells every position that has a price, including funds locked by orders. */
export function closeAllPositions(state: ExchangeState, session: BacktestSession, ids: RandomStream | undefined): void {
  const { sandbox } = session;
  for (const order of pendingOrders(sandbox)) unlock(sandbox, order);
  clearPending(sandbox);
  for (const { symbol, quantity } of openPositions(sandbox)) {
    const price = currentPrice(state, session, symbol);
    if (price === undefined) continue;
    const draft = { symbol, side: "sell", type: "market", quantity, price: undefined } as const;
    execute(sandbox, draft, price, { ...executionTerms(state, session, ids), nakedSells: true });
  }
}

/** Ends a session and stores its result. */
export function finish(state: ExchangeState, session: BacktestSession, status: "completed" | "cancelled"): void {
  const figures = status === "completed" ? figuresOf(state, session) : undefined;
  session.outcome = { ...outcomeSoFar(state, session), figures };
  session.status = status;
  session.completedAt = state.now;
  reportProgress(session);
}

/** The result of a session so far. */
export function outcomeSoFar(state: ExchangeState, session: BacktestSession): Outcome {
  const { trades, totals } = session.sandbox;
  const { equity } = currentPortfolio(state, session);
  return {
    equity: toFixed8(equity),
    roiPct: round(roiOf(equity, session.startingBalance), 4),
    totalTrades: trades.size,
    fees: add(fromFixed8(ZERO8), totals.fees),
    figures: undefined,
    byPair: figuresByPair(totals),
  };
}

/** Progress in percent, 2 decimals. */
export function progressOf(step: number, totalSteps: number): Decimal28 {
  if (totalSteps === 0) return { units: 0n, scale: 2 };
  return round(multiply(divide(toCount(step), toCount(totalSteps)), HUNDRED), 2);
}
