import type { Clock } from "./clock.ts";
import type { ServerTime } from "./serverTime.ts";

/** A signature can be replayed for a minute; timestamps are remembered for twice that, and never fewer than this many. */
const REMEMBERED_FOR = 120_000;
const REMEMBERED = 10_000;
/** Requests of one moment count up from it; a clock that was set back further than this is believed. */
const BURST = 1000;

/**
 * Timestamps to sign with: the platform's time in whole Unix milliseconds, never the same twice, or two equal requests of
 * one millisecond would look like a replay. They go back where the platform's time turns out to be an earlier one.
 */
export function createTimestamps(clock: Clock, server: ServerTime): () => number {
  const used = new Map<number, number>();
  let last = -Infinity;
  return () => {
    const now = Math.round(server.now());
    last = now <= last && last - now < BURST ? last + 1 : now;
    while (used.has(last)) last++;
    const elapsed = clock.elapsed();
    for (const [timestamp, at] of used) {
      if (used.size < REMEMBERED || elapsed - at < REMEMBERED_FOR) break;
      used.delete(timestamp);
    }
    used.set(last, elapsed);
    return last;
  };
}
