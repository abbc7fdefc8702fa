import {
  toFixed8,
  add,
  subtract,
  fromFixed8,
  multiply,
  ZERO,
  type Decimal28,
  type Fixed8,
  add8,
  ZERO8,
} from "../../base/amount.ts";
import type { Agent, Holdings, Scope, Snapshot, SnapshotKind } from "../model.ts";
import { agentsOf, resultsStart } from "../scope.ts";
import { portfolioOf } from "./portfolio.ts";
import { QUOTE_ASSET } from "../wallet.ts";
import type { ExchangeState } from "../state.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const LENGTHS: Readonly<Record<SnapshotKind, number>> = { "1m": MINUTE, "1h": 60 * MINUTE, "1d": DAY };
/** Minute snapshots are kept for a week; older ones are deleted daily at 01:00. */
const MINUTES_KEPT = 7 * DAY;
const CLEARING_TIME = 60 * MINUTE;
const COMPACTED_EVERY = 1024;
/** Ratios use at most this many hours, the oldest ones. */
export const MAX_HOURS = 5000;

/**
 * Must be called before an agent's holdings change. Between two changes equity depends only on prices, which can be
 * looked up at any time, so snapshots are computed on request.
 */
export function recordHoldings(state: ExchangeState, agent: Agent): void {
  if (state.quirks.snapshotsNeverTaken) return;
  const since = agent.pastHoldings.at(-1)?.until ?? agent.createdAt;
  if (!isBetween(state, "1m", since, state.now) && !isBetween(state, "1d", since, state.now)) return;
  agent.pastHoldings.push({ ...holdingsOf(agent), until: state.now });
  if (agent.pastHoldings.length % COMPACTED_EVERY === 0) compact(state, agent);
}

/** Drops holdings that only deleted snapshots need. */
function compact(state: ExchangeState, agent: Agent): void {
  const recent = state.now - MINUTES_KEPT - DAY;
  let since = agent.createdAt;
  agent.pastHoldings = agent.pastHoldings.filter(({ until }) => {
    const isNeeded = until > recent || isBetween(state, "1h", since, until) || isBetween(state, "1d", since, until);
    since = until;
    return isNeeded;
  });
}

function holdingsOf(agent: Agent): Holdings {
  const cash = agent.wallet.get(QUOTE_ASSET);
  return {
    startingBalance: agent.startingBalance,
    cash: cash === undefined ? ZERO8 : add8(cash.available, cash.locked),
    realised: agent.realised,
    positions: [...agent.positions.values()]
      .filter((position) => position.quantity > 0n)
      .map(({ symbol, quantity, paid }) => ({ symbol, quantity, paid })),
  };
}

/** Number of snapshots due before a time. Minutes and hours count from the opening, days from midnight. */
function countBefore(state: ExchangeState, kind: SnapshotKind, time: number): number {
  const start = kind === "1d" ? Math.floor(state.openedAt / DAY) * DAY : state.openedAt;
  return Math.max(0, Math.ceil((time - start) / LENGTHS[kind]) - 1);
}

/** The time of a snapshot by its index, from 0. */
function timeOf(state: ExchangeState, kind: SnapshotKind, index: number): number {
  const start = kind === "1d" ? Math.floor(state.openedAt / DAY) * DAY : state.openedAt;
  return start + (index + 1) * LENGTHS[kind];
}

/** Whether a snapshot is due in `[from, until)`. */
function isBetween(state: ExchangeState, kind: SnapshotKind, from: number, until: number): boolean {
  return countBefore(state, kind, until) > countBefore(state, kind, from);
}

/** The times of a scope's snapshots in `[from, now]`, oldest first. */
function snapshotTimes(state: ExchangeState, scope: Scope, kind: SnapshotKind, from: number): readonly number[] {
  const created = (scope.agent ?? scope.account).createdAt;
  const cleared = Math.floor((state.now - CLEARING_TIME) / DAY) * DAY + CLEARING_TIME - MINUTES_KEPT;
  const first = Math.max(from, created, kind === "1m" ? cleared : Number.NEGATIVE_INFINITY);
  const times: number[] = [];
  const end = countBefore(state, kind, state.now + 1);
  for (let index = countBefore(state, kind, first); index < end; index++) times.push(timeOf(state, kind, index));
  return times;
}

/** The newest `limit` snapshots of a scope, oldest first. */
export function snapshotsOf(
  state: ExchangeState,
  scope: Scope,
  kind: SnapshotKind,
  limit: number,
): readonly Snapshot[] {
  if (state.quirks.snapshotsNeverTaken) return firstSnapshots(scope, kind).slice(-limit);
  return snapshotTimes(state, scope, kind, Number.NEGATIVE_INFINITY)
    .slice(-limit)
    .map((time) => {
      let [equity, unrealised, realised] = [ZERO8, ZERO8, ZERO8];
      for (const agent of agentsOf(scope)) {
        const holdings = holdingsAt(agent, time);
        if (holdings === undefined) continue;
        const value = valueOf(state, holdings, time);
        equity = add8(equity, value.equity);
        unrealised = add8(unrealised, value.unrealised);
        realised = add8(realised, holdings.realised);
      }
      return { time, equity, unrealised, realised };
    });
}

/** A snapshot of the current value. The platform stores the first one requested of each kind. */
export function takeSnapshot(state: ExchangeState, scope: Scope, kind: SnapshotKind): Snapshot {
  const { equity, unrealised, realised } = portfolioOf(state, scope);
  const snapshot = {
    time: state.now,
    equity: toFixed8(equity),
    unrealised: toFixed8(unrealised),
    realised: toFixed8(realised),
  };
  if (state.quirks.snapshotsNeverTaken && scope.agent !== undefined) {
    scope.agent.firstSnapshots.set(kind, snapshot);
    state.revision++;
  }
  return snapshot;
}

function firstSnapshots(scope: Scope, kind: SnapshotKind): readonly Snapshot[] {
  return agentsOf(scope)
    .flatMap((agent) => agent.firstSnapshots.get(kind) ?? [])
    .toSorted((a, b) => a.time - b.time);
}

/**
 * Hourly equity since a time as floats, the oldest `limit` hours. The first value is the equity at that time: that of
 * the hour before, or the starting balance.
 */
export function hourlyEquity(state: ExchangeState, scope: Scope, from: number, limit: number): readonly number[] {
  if (state.quirks.snapshotsNeverTaken) {
    const seeded = firstSnapshots(scope, "1h").filter(({ time }) => time >= from);
    return seeded.slice(0, limit).map(({ equity }) => numberOf(equity));
  }
  const start = resultsStart(scope);
  const first = Math.max(from - LENGTHS["1h"] + 1, start);
  const times = snapshotTimes(state, scope, "1h", first);
  const all = first === start ? [Number.NEGATIVE_INFINITY, ...times] : times;
  return all.slice(0, limit).map((time) => {
    let total = ZERO8;
    for (const agent of agentsOf(scope)) {
      const holdings = time < agent.resultsFrom.time ? undefined : holdingsAt(agent, time);
      // An agent created or reset later must not look like a gain.
      total = add8(total, holdings === undefined ? agent.startingBalance : valueOf(state, holdings, time).equity);
    }
    return numberOf(total);
  });
}

/** Equity of an account at the latest midnight, and its starting balance; undefined before the first midnight. */
export function dailyEquity(
  state: ExchangeState,
  scope: Scope,
): { readonly equity: Fixed8; readonly start: Fixed8 } | undefined {
  if (state.quirks.snapshotsNeverTaken) {
    const newest = firstSnapshots(scope, "1d").at(-1);
    return newest === undefined ? undefined : { equity: newest.equity, start: scope.account.startingBalance };
  }
  const time = snapshotTimes(state, scope, "1d", Number.NEGATIVE_INFINITY).at(-1);
  if (time === undefined) return undefined;
  let [equity, start] = [ZERO8, ZERO8];
  for (const agent of agentsOf(scope)) {
    const holdings = time < agent.resultsFrom.time ? undefined : holdingsAt(agent, time);
    if (holdings === undefined) continue;
    equity = add8(equity, valueOf(state, holdings, time).equity);
    start = add8(start, holdings.startingBalance);
  }
  return { equity, start };
}

/** An agent's holdings at a time; undefined before it was created. */
function holdingsAt(agent: Agent, time: number): Holdings | undefined {
  if (time < agent.createdAt) return undefined;
  let low = -1;
  let high = agent.pastHoldings.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((agent.pastHoldings[middle]?.until ?? 0) <= time) low = middle;
    else high = middle;
  }
  return agent.pastHoldings[high] ?? holdingsOf(agent);
}

function valueOf(
  state: ExchangeState,
  { cash, positions }: Holdings,
  time: number,
): { readonly equity: Fixed8; readonly unrealised: Fixed8 } {
  let value: Decimal28 = ZERO;
  let cost: Decimal28 = ZERO;
  for (const { symbol, quantity, paid } of positions) {
    const quote = state.market.quote(symbol, time);
    value = add(value, quote === undefined ? fromFixed8(paid) : multiply(fromFixed8(quantity), quote.price));
    cost = add(cost, fromFixed8(paid));
  }
  return { equity: toFixed8(add(fromFixed8(cash), value)), unrealised: toFixed8(subtract(value, cost)) };
}

function numberOf(units: Fixed8): number {
  return Number(`${units}e-8`);
}
