/** What is known of one clock's lead over another, in milliseconds. */
export interface ClockBounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Combines what was known with an observation. If they contradict each other, a clock was set or the machine slept: then
 * the observation is right.
 */
export function narrowBounds(known: ClockBounds | undefined, observed: ClockBounds): ClockBounds {
  if (known === undefined) return observed;
  const min = Math.max(known.min, observed.min);
  const max = Math.min(known.max, observed.max);
  return min <= max ? { min, max } : observed;
}
