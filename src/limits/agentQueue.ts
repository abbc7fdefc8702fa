import { OLDEST_FIRST_EVERY, type Rank } from "../transport/index.ts";

/** Milliseconds for which the slots of a client that was told to come now are kept for it. */
const LATE = 5000;

interface Waiting {
  readonly holder: string;
  readonly rank: Rank;
  /** When it began to wait, by the budget's clock. */
  readonly arrived: number;
  /** Lower for a client that came first at the same time. */
  readonly order: number;
  needed: number;
  /** When it was told to come again. */
  due: number;
}

/** The clients that were told to come again, in the order in which they get slots. */
export class AgentQueue {
  readonly #waiting = new Map<string, Waiting>();
  #arrivals = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** A client's place: its own from before, or the one that it would get now. */
  place(holder: string, rank: Rank, arrived: number): Waiting {
    const known = this.#waiting.get(keyOf(holder, rank));
    return known ?? { holder, rank, arrived, order: this.#arrivals++, needed: 0, due: 0 };
  }

  keep(place: Waiting, needed: number, due: number): void {
    place.needed = needed;
    place.due = due;
    this.#waiting.set(keyOf(place.holder, place.rank), place);
  }

  leave({ holder, rank }: Waiting): void {
    this.#waiting.delete(keyOf(holder, rank));
  }

  /** Forgets clients that did not come. */
  dropLate(now: number): void {
    for (const [key, { due }] of this.#waiting) if (due + LATE < now) this.#waiting.delete(key);
  }

  /**
   * Returns how many slots other clients get before this one gets its first, its second and so on: cancels before orders
   * before everything else, except that every tenth slot is for the last group, so that orders cannot starve it.
   *
   * @param dueAt counts only clients that were told to come until then
   */
  ahead(place: Waiting, dueAt: number = Infinity): (own: number) => number {
    let cancels = 0;
    let orders = 0;
    let others = 0;
    for (const one of this.#waiting.values()) {
      if (one.due > dueAt || (one.holder === place.holder && one.rank === place.rank)) continue;
      const isEarlier = one.arrived < place.arrived || (one.arrived === place.arrived && one.order < place.order);
      if (one.rank === 0 && (place.rank > 0 || isEarlier)) cancels += one.needed;
      else if (one.rank === 1 && (place.rank === 2 || (place.rank === 1 && isEarlier))) orders += one.needed;
      else if (one.rank === 2 && place.rank > 0 && isEarlier) others += one.needed;
    }
    if (place.rank === 0) return () => cancels;
    if (place.rank === 1)
      return (own) => cancels + orders + Math.min(others, Math.floor((orders + own) / (OLDEST_FIRST_EVERY - 1)));
    return (own) => cancels + others + Math.min(orders, (others + own + 1) * (OLDEST_FIRST_EVERY - 1));
  }
}

function keyOf(holder: string, rank: Rank): string {
  return `${rank} ${holder}`;
}
