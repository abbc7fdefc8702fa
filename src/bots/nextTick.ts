const MINUTE = 60_000;
const DAY = 86_400_000;
/** From one 29 February to the next there are up to eight years, when a century in between has none. */
const MAX_DAYS = 366 * 9;

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
}

const FIELDS = {
  minute: { min: 0, max: 59 },
  hour: { min: 0, max: 23 },
  day: { min: 1, max: 31 },
  month: { min: 1, max: 12, names: MONTHS },
  weekday: { min: 1, max: 7, names: WEEKDAYS },
} as const satisfies Readonly<Record<string, Field>>;

/** A UTC day, as the fields of days see it. */
interface Day {
  readonly day: number;
  readonly month: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly daysInMonth: number;
}

type DayRule = (day: Day) => boolean;

/**
 * When a cron expression is due next, as Cloudflare reads it: in UTC, weekdays from 1 (Sunday) to 7, with lists, ranges,
 * steps, names, `L`, `W` and `#`; if both days are restricted, either suffices.
 *
 * @param after Unix milliseconds; the result is later
 * @returns Unix milliseconds; null if it is never due, or if the expression is none of those above
 * @example
 * ```ts
 * import { nextTick } from "agentexchange/bots";
 *
 * const next = nextTick("0 9 * * MON-FRI", Date.UTC(2026, 10, 27, 12)); // a Friday
 * console.log(new Date(next ?? 0).toISOString()); // 2026-11-30T09:00:00.000Z
 * ```
 */
export function nextTick(cron: string, after: number): number | null {
  const [minute, hour, day, month, weekday, ...rest] = cron.trim().split(/[ \t]+/);
  if (weekday === undefined || rest.length > 0 || !Number.isFinite(after)) return null;
  const minutes = valuesOf(minute, FIELDS.minute);
  const hours = valuesOf(hour, FIELDS.hour);
  const months = valuesOf(month, FIELDS.month);
  const isDue = dayRule(day ?? "", weekday);
  if (minutes === null || hours === null || months === null || isDue === null) return null;
  const earliest = (Math.floor(after / MINUTE) + 1) * MINUTE;
  const today = Math.floor(earliest / DAY) * DAY;
  for (let index = 0; index < MAX_DAYS; index++) {
    const midnight = today + index * DAY;
    const candidate = describeDay(midnight);
    if (!months.includes(candidate.month) || !isDue(candidate)) continue;
    for (const atHour of hours)
      for (const atMinute of minutes) {
        const time = midnight + (atHour * 60 + atMinute) * MINUTE;
        if (time >= earliest) return time;
      }
  }
  return null;
}

function describeDay(midnight: number): Day {
  const date = new Date(midnight);
  const daysInMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return {
    day: date.getUTCDate(),
    month: date.getUTCMonth() + 1,
    weekday: date.getUTCDay() + 1,
    daysInMonth,
  };
}

/** Whether a day is due; null if a field is not understood. */
function dayRule(days: string, weekdays: string): DayRule | null {
  const byDay = days === "*" ? undefined : monthDayRule(days);
  const byWeekday = weekdays === "*" ? undefined : weekdayRule(weekdays);
  if (byDay === null || byWeekday === null) return null;
  if (byDay === undefined) return byWeekday ?? (() => true);
  if (byWeekday === undefined) return byDay;
  return (day) => byDay(day) || byWeekday(day);
}

function monthDayRule(text: string): DayRule | null {
  if (text === "L") return ({ day, daysInMonth }) => day === daysInMonth;
  if (text === "LW") return (day) => day.day === nearestWorkday(day.daysInMonth, day);
  const [, offset] = /^L-(\d{1,2})$/.exec(text) ?? [];
  if (offset !== undefined)
    return inRange(Number(offset), 1, 30) ? ({ day, daysInMonth }) => day === daysInMonth - Number(offset) : null;
  const [, near] = /^(\d{1,2})W$/.exec(text) ?? [];
  // What 29W to 31W mean in a month without that day is not documented.
  if (near !== undefined)
    return inRange(Number(near), 1, 28) ? (day) => day.day === nearestWorkday(Number(near), day) : null;
  const values = valuesOf(text, FIELDS.day);
  return values && (({ day }) => values.includes(day));
}

function weekdayRule(text: string): DayRule | null {
  // Alone, L is the last day of the week.
  if (text === "L") return ({ weekday }) => weekday === 7;
  const [, name, mark, nth] = /^(\w+?)(L|#)(\d?)$/.exec(text) ?? [];
  if (name === undefined) {
    const values = valuesOf(text, FIELDS.weekday);
    return values && (({ weekday }) => values.includes(weekday));
  }
  const wanted = valueOf(name, FIELDS.weekday);
  if (wanted === null) return null;
  if (mark === "L")
    return nth === "" ? ({ day, weekday, daysInMonth }) => weekday === wanted && day + 7 > daysInMonth : null;
  return inRange(Number(nth), 1, 5)
    ? ({ day, weekday }) => weekday === wanted && Math.ceil(day / 7) === Number(nth)
    : null;
}

/** The day from Monday to Friday that is nearest to a day of the same month. */
function nearestWorkday(target: number, { day, weekday, daysInMonth }: Day): number {
  const targetWeekday = (((weekday - 1 + target - day) % 7) + 7) % 7;
  if (targetWeekday === 6) return target === 1 ? 3 : target - 1;
  if (targetWeekday === 0) return target === daysInMonth ? target - 2 : target + 1;
  return target;
}

/** The values of a field, in order; null if it is not understood. */
function valuesOf(text: string | undefined, field: Field): readonly number[] | null {
  if (text === "*") return range(field.min, field.max, 1);
  const found = new Set<number>();
  for (const part of text?.split(",") ?? [""]) {
    const [, start = "", end, step] = /^(\w+|\*)(?:-(\w+))?(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (start === "*" && (end !== undefined || step === undefined)) return null;
    const from = start === "*" ? field.min : valueOf(start, field);
    const single = end === undefined && step === undefined;
    const to = end === undefined ? (single ? from : field.max) : valueOf(end, field);
    const by = step === undefined ? 1 : Number(step);
    // Ranges that wrap around, such as FRI-SUN, are not documented.
    if (from === null || to === null || from > to || !inRange(by, 1, field.max - field.min)) return null;
    for (const value of range(from, to, by)) found.add(value);
  }
  return [...found].toSorted((a, b) => a - b);
}

function valueOf(text: string, { min, max, names = [] }: Field): number | null {
  const index = names.indexOf(text.toUpperCase());
  const value = index >= 0 ? min + index : /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return inRange(value, min, max) ? value : null;
}

const range = (from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);

const inRange = (value: number, min: number, max: number): boolean => value >= min && value <= max;
