const FIRST = 1000;
const MAX = 60_000;

/** Milliseconds before the next attempt to connect: exponential backoff with full jitter. */
export function reconnectDelay(failures: number, random: () => number): number {
  return random() * Math.min(MAX, FIRST * 2 ** failures);
}
