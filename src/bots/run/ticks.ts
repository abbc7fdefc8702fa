import { nextTick } from "../nextTick.ts";
import type { Tick } from "../types.ts";

const MAX_MISSED = 1000;

/** The ID under which the toolbox's journal has the order of a tick: the same in every run of it. */
export function callIdOf({ scheduledTime, cron }: Tick): string {
  return `tick ${scheduledTime} ${cron}`;
}

/** Ticks of the schedule between two of its ticks; 0 for a schedule that is not a cron expression. */
export function countMissed({ cron, scheduledTime }: Tick, previous: Tick | null): number {
  if (previous === null) return 0;
  let count = 0;
  let next = nextTick(cron, previous.scheduledTime);
  while (next !== null && next < scheduledTime && count < MAX_MISSED) {
    count++;
    next = nextTick(cron, next);
  }
  return count;
}
