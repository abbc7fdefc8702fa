import { parseInstant } from "../wire/instant.ts";
import { parseCount } from "./parse.ts";
import { UsageError } from "./usageError.ts";

const DAY = 86_400_000;

/** Options that select a period of the past. */
export const PERIOD_OPTIONS = {
  days: { type: "string", value: "N", about: "the last N days (default: 30)" },
  from: { type: "string", value: "TIME", about: "start, such as 2026-01-01 or 2026-01-01T12:00:00Z" },
  to: { type: "string", value: "TIME", about: "end; default now" },
} as const;

/** Start and end as ISO-8601. `now` is the exchange's time, which can differ from this machine's. */
export function readPeriod(
  values: { readonly days: string | undefined; readonly from: string | undefined; readonly to: string | undefined },
  now: Date,
): { readonly start: string; readonly end: string } {
  const days = parseCount("days", values.days, { min: 1, max: 3650 });
  if (days !== undefined && values.from !== undefined)
    throw new UsageError("Pass either --days or --from. Try --help.");
  const end = values.to === undefined ? now : new Date(readTime("to", values.to));
  const start = values.from === undefined ? end.getTime() - (days ?? 30) * DAY : readTime("from", values.from);
  if (start >= end.getTime()) throw new UsageError("--from must be before --to. Try --help.");
  return { start: new Date(start).toISOString(), end: end.toISOString() };
}

/** Unix milliseconds. @throws UsageError */
export function readTime(name: string, text: string): number {
  const time = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(time))
    throw new UsageError(`--${name} must be a time such as 2026-01-01T12:00:00Z, received "${text}". Try --help.`);
  return time;
}
