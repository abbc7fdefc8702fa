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
import type { Holdings, Scope, Snapshot, SnapshotKind } from "../model.ts";
import { holdingsAt } from "../history/holdings.ts";
import { SNAPSHOT_INTERVALS, snapshotTimes } from "../history/snapshotSchedule.ts";
import { agentsOf, resultsStart } from "../scope.ts";
import { portfolioOf } from "./portfolio.ts";
import type { ExchangeState } from "../state.ts";

/** Ratios use at most this many hours, the oldest ones. */
export const MAX_HOURS = 5000;

/** The newest `limit` snapshots of a scope, oldest first. */
export function snapshotsOf(
  state: ExchangeState,
  scope: Scope,
  kind: SnapshotKind,
  limit: number,
): readonly Snapshot[] {
  if (state.quirks.snapshotsNeverTaken) return firstSnapshots(state, scope, kind).slice(-limit);
  return snapshotTimes(state, scope, kind, Number.NEGATIVE_INFINITY)
    .slice(-limit)
    .map((time) => {
      let [equity, unrealised, realised] = [ZERO8, ZERO8, ZERO8];
      for (const agent of agentsOf(state, scope)) {
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

function firstSnapshots(state: ExchangeState, scope: Scope, kind: SnapshotKind): readonly Snapshot[] {
  return agentsOf(state, scope)
    .flatMap((agent) => agent.firstSnapshots.get(kind) ?? [])
    .toSorted((a, b) => a.time - b.time);
}

/**
 * Hourly equity since a time as floats, the oldest `limit` hours. The first value is the equity at that time: that of
 * the hour before, or the starting balance.
 */
export function hourlyEquity(state: ExchangeState, scope: Scope, from: number, limit: number): readonly number[] {
  if (state.quirks.snapshotsNeverTaken) {
    const seeded = firstSnapshots(state, scope, "1h").filter(({ time }) => time >= from);
    return seeded.slice(0, limit).map(({ equity }) => numberOf(equity));
  }
  const start = resultsStart(state, scope);
  const first = Math.max(from - SNAPSHOT_INTERVALS["1h"] + 1, start);
  const times = snapshotTimes(state, scope, "1h", first);
  const all = first === start ? [Number.NEGATIVE_INFINITY, ...times] : times;
  return all.slice(0, limit).map((time) => {
    let total = ZERO8;
    for (const agent of agentsOf(state, scope)) {
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
    const newest = firstSnapshots(state, scope, "1d").at(-1);
    return newest === undefined ? undefined : { equity: newest.equity, start: scope.account.startingBalance };
  }
  const time = snapshotTimes(state, scope, "1d", Number.NEGATIVE_INFINITY).at(-1);
  if (time === undefined) return undefined;
  let [equity, start] = [ZERO8, ZERO8];
  for (const agent of agentsOf(state, scope)) {
    const holdings = time < agent.resultsFrom.time ? undefined : holdingsAt(agent, time);
    if (holdings === undefined) continue;
    equity = add8(equity, valueOf(state, holdings, time).equity);
    start = add8(start, holdings.startingBalance);
  }
  return { equity, start };
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
