import { DAY, HOUR, MINUTE } from "../../time/units.ts";
import type { Scope, SnapshotKind } from "../model.ts";
import type { ExchangeState } from "../state.ts";

export const SNAPSHOT_INTERVALS: Readonly<Record<SnapshotKind, number>> = { "1m": MINUTE, "1h": HOUR, "1d": DAY };
/** Minute snapshots are kept for a week; older ones are deleted daily at 01:00. */
export const MINUTES_KEPT: number = 7 * DAY;
const DELETION_TIME = HOUR;

/** Number of snapshots due before a time. Minutes and hours count from the opening, days from midnight. */
function countBefore(state: ExchangeState, kind: SnapshotKind, time: number): number {
  const start = kind === "1d" ? Math.floor(state.openedAt / DAY) * DAY : state.openedAt;
  return Math.max(0, Math.ceil((time - start) / SNAPSHOT_INTERVALS[kind]) - 1);
}

/** The time of a snapshot by its index, from 0. */
function timeOf(state: ExchangeState, kind: SnapshotKind, index: number): number {
  const start = kind === "1d" ? Math.floor(state.openedAt / DAY) * DAY : state.openedAt;
  return start + (index + 1) * SNAPSHOT_INTERVALS[kind];
}

/** Whether a snapshot is due in `[from, until)`. */
export function isSnapshotDue(state: ExchangeState, kind: SnapshotKind, from: number, until: number): boolean {
  return countBefore(state, kind, until) > countBefore(state, kind, from);
}

/** The times of a scope's snapshots in `[from, now]`, oldest first. */
export function snapshotTimes(state: ExchangeState, scope: Scope, kind: SnapshotKind, from: number): readonly number[] {
  const created = (scope.agent ?? scope.account).createdAt;
  const deleted = Math.floor((state.now - DELETION_TIME) / DAY) * DAY + DELETION_TIME - MINUTES_KEPT;
  const first = Math.max(from, created, kind === "1m" ? deleted : Number.NEGATIVE_INFINITY);
  const times: number[] = [];
  const end = countBefore(state, kind, state.now + 1);
  for (let index = countBefore(state, kind, first); index < end; index++) times.push(timeOf(state, kind, index));
  return times;
}
