import type { Clock } from "./clock.ts";
import type { ServerTime } from "./serverTime.ts";

/** Milliseconds for which used timestamps are remembered: twice as long as a signature can be replayed. */
const REMEMBERED_FOR = 120_000;
/** Minimum number of timestamps to remember. */
const MIN_REMEMBERED = 10_000;
/** Maximum milliseconds that timestamps run ahead of the clock, as requests of one millisecond count up. Beyond that, the clock was set back. */
const MAX_BURST = 1000;

interface Used {
  /** `clock.elapsed()` when it was used. */
  readonly at: number;
  /** A later timestamp; all before it are in use. */
  next: number;
}

/**
 * Creates a source of timestamps to sign with: the platform's time in Unix milliseconds. Each is used once, since two equal
 * requests of one millisecond would look like a replay. They go back if the platform's time turns out to be earlier.
 */
export function createTimestamps(clock: Clock, serverTime: ServerTime): () => number {
  const used = new Map<number, Used>();
  let last = -Infinity;

  /** The first unused timestamp from this one on. It shortens the way there for later calls. */
  function firstUnused(from: number): number {
    let found = from;
    for (let entry = used.get(from); entry !== undefined; entry = used.get(found)) found = entry.next;
    for (let entry = used.get(from); entry !== undefined && entry.next !== found;) {
      const { next } = entry;
      entry.next = found;
      entry = used.get(next);
    }
    return found;
  }

  return () => {
    const now = Math.round(serverTime.now());
    last = firstUnused(now <= last && last - now < MAX_BURST ? last + 1 : now);
    const elapsed = clock.elapsed();
    for (const [timestamp, { at }] of used) {
      if (used.size < MIN_REMEMBERED || elapsed - at < REMEMBERED_FOR) break;
      used.delete(timestamp);
    }
    used.set(last, { at: elapsed, next: last + 1 });
    return last;
  };
}
