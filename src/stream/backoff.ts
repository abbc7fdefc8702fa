const FIRST = 1000;
const LONGEST = 60_000;

/** Milliseconds before a connection is opened again, after so many failures in a row: full jitter under a limit that doubles. */
export function reconnectDelay(failures: number, random: () => number): number {
  return random() * Math.min(LONGEST, FIRST * 2 ** failures);
}
