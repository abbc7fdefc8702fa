import { LIMITS, type ClockBounds } from "../transport/index.ts";
import { AgentQueue } from "./agentQueue.ts";
import type { LeaseReport, SharedTier, WindowSeen } from "./budget.ts";
import { windowsOf, type Span } from "./windows.ts";

/** What a tier's book keeps when it is not in memory. */
export interface TierState {
  readonly limit: number;
  /** When a pause ends, by the budget's clock. */
  readonly closedUntil: number;
  /** Requests that the platform counted, by window. */
  readonly counted: readonly (readonly [minute: number, count: number])[];
  /** Slots of which nobody has reported, and when they could be used. */
  readonly open: readonly (readonly [slots: number, from: number, until: number])[];
}

interface Lease {
  readonly holder: string;
  /** Slots of which it is not known in which window the platform counted them, or whether they were used. */
  open: number;
  /** When they could be used, by the budget's clock. */
  readonly from: number;
  readonly until: number;
}

/**
 * Counts the slots of one tier. A slot counts in every window in which the platform can count its request, until a report
 * says in which it did. So the platform never counts more than its limit, however late reports come.
 */
export class TierBook {
  readonly queue: AgentQueue = new AgentQueue();
  limit: number;
  closedUntil: number;
  readonly #leases = new Map<string, Lease>();
  /** Requests of this budget that the platform counted, by window. */
  readonly #counted: Map<number, number>;
  /** The most that the platform is known to have counted, by window. */
  readonly #seen = new Map<number, number>();
  /** Requests of programs outside this budget, by window. */
  readonly #others = new Map<number, number>();

  constructor(tier: SharedTier, state?: TierState) {
    this.limit = state?.limit ?? LIMITS[tier];
    this.closedUntil = state?.closedUntil ?? 0;
    this.#counted = new Map(state?.counted);
    for (const [open, from, until] of state?.open ?? [])
      this.#leases.set(`saved ${this.#leases.size}`, { holder: "", open, from, until });
  }

  grant(id: string, holder: string, slots: number, from: number, { until }: Span): void {
    this.#leases.set(id, { holder, open: slots, from, until });
  }

  /**
   * Reports about unknown leases are ignored: their slots stay counted until the window ends.
   *
   * @param latest the last window in which the platform can have counted a request
   */
  report(holder: string, { lease: id, counted, unused }: LeaseReport, latest: number): void {
    const lease = this.#leases.get(id);
    if (lease === undefined || lease.holder !== holder) return;
    for (const [minute, count] of counted) {
      if (minute > latest) continue;
      const known = Math.min(count, lease.open);
      lease.open -= known;
      add(this.#counted, minute, known);
    }
    lease.open -= Math.min(unused, lease.open);
    if (lease.open === 0) this.#leases.delete(id);
  }

  see({ minute, limit, remaining }: WindowSeen, latest: number): void {
    if (minute > latest) return;
    this.limit = limit;
    this.#seen.set(minute, Math.max(this.#seen.get(minute) ?? 0, limit - remaining));
  }

  /** Forgets windows that have certainly ended. */
  prune(now: number, ahead: ClockBounds): void {
    const [current] = windowsOf(now, now, ahead);
    for (const [id, { from, until }] of this.#leases)
      if (windowsOf(from, until, ahead)[1] < current) this.#leases.delete(id);
    for (const byWindow of [this.#counted, this.#seen, this.#others])
      for (const minute of byWindow.keys()) if (minute < current) byWindow.delete(minute);
  }

  /** Number of slots that are free in each of these windows. */
  free({ first, last }: Span, ahead: ClockBounds): number {
    let free = this.limit;
    for (let minute = first; minute <= last; minute++) free = Math.min(free, this.limit - this.#used(minute, ahead));
    return Math.max(0, free);
  }

  /** What must not be forgotten. Leases that count in the same windows are one, so it stays small. */
  state(ahead: ClockBounds): TierState {
    const byWindows = new Map<string, readonly [slots: number, from: number, until: number]>();
    for (const { open, from, until } of this.#leases.values()) {
      const key = windowsOf(from, until, ahead).join();
      const [slots, first, last] = byWindows.get(key) ?? [0, from, until];
      byWindows.set(key, [slots + open, Math.min(first, from), Math.max(last, until)]);
    }
    const minutes = new Set([...this.#counted.keys(), ...this.#others.keys()]);
    const counted = [...minutes].map(
      (minute) => [minute, (this.#counted.get(minute) ?? 0) + (this.#others.get(minute) ?? 0)] as const,
    );
    return { limit: this.limit, closedUntil: this.closedUntil, counted, open: [...byWindows.values()] };
  }

  #used(minute: number, ahead: ClockBounds): number {
    let own = this.#counted.get(minute) ?? 0;
    for (const { open, from, until } of this.#leases.values()) {
      const [first, last] = windowsOf(from, until, ahead);
      if (first <= minute && minute <= last) own += open;
    }
    // What the platform counted and this budget did not grant, was sent by others.
    const others = Math.max(this.#others.get(minute) ?? 0, (this.#seen.get(minute) ?? 0) - own);
    this.#others.set(minute, others);
    return own + others;
  }
}

function add(counts: Map<number, number>, minute: number, count: number): void {
  counts.set(minute, (counts.get(minute) ?? 0) + count);
}
