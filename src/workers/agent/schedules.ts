import { nextTick } from "../../bots/index.ts";

/** Cloudflare delivers cron triggers within a minute or so. */
const LATE = 900_000;
const MAX_CRONS = 20;

/** The cron expressions that have been seen, each with the time of its newest tick in Unix milliseconds. */
export type Schedules = Readonly<Record<string, number>>;

/** Adds a tick. A Worker is not told its cron expressions, so that it learns them from its ticks. */
export function withTick(schedules: Schedules, cron: string, scheduledTime: number): Schedules {
  const entries = Object.entries({ ...schedules, [cron]: Math.max(scheduledTime, schedules[cron] ?? 0) });
  return Object.fromEntries(entries.toSorted(([, a], [, b]) => b - a).slice(0, MAX_CRONS));
}

/**
 * The next tick, in Unix milliseconds: of the `given` cron expressions, and of those that have been seen. One that has
 * been seen and then missed a tick is no longer believed to exist.
 */
export function nextOf(schedules: Schedules, given: readonly string[], now: number): number | null {
  const seen = Object.entries(schedules).filter(([cron, last]) => {
    const expected = nextTick(cron, last);
    return expected !== null && expected + LATE >= now;
  });
  const times = [...given, ...seen.map(([cron]) => cron)].flatMap((cron) => nextTick(cron, now) ?? []);
  return times.length === 0 ? null : Math.min(...times);
}
