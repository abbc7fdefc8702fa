import { DecodeError, type Codec } from "./codec.ts";
import { HOUR, MINUTE, SECOND } from "./duration.ts";

// Responses contain many timestamps of the same day, so the last one is cached.
let lastDay = -1;
let lastMidnight = 0;

/** Midnight of a calendar day as Unix milliseconds, NaN for a day that does not exist. */
function midnightOf(year: number, month: number, day: number): number {
  const key = year * 10_000 + month * 100 + day;
  if (key === lastDay) return lastMidnight;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  lastDay = key;
  lastMidnight = date.getTime();
  return lastMidnight;
}

/** The two-digit number at `at`, NaN if the characters are not digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Parses the rest of the string as an offset such as `+05:30`, in minutes east of UTC; NaN if it is not one. */
function parseOffset(text: string, at: number): number {
  const sign = text.charCodeAt(at);
  if ((sign !== 43 && sign !== 45) || text.length !== at + 6 || text.charCodeAt(at + 3) !== 58) return Number.NaN;
  const hours = twoDigits(text, at + 1);
  const minutes = twoDigits(text, at + 4);
  if (!(hours <= 23 && minutes <= 59)) return Number.NaN;
  return (sign === 43 ? 1 : -1) * (hours * 60 + minutes);
}

/**
 * Parses an ISO-8601 time with `Z` or an offset and up to 9 fractional digits to Unix milliseconds; further digits are
 * truncated. NaN for any other string.
 */
export function parseInstant(text: string): number {
  if (
    text.charCodeAt(4) !== 45 ||
    text.charCodeAt(7) !== 45 ||
    text.charCodeAt(10) !== 84 ||
    text.charCodeAt(13) !== 58 ||
    text.charCodeAt(16) !== 58
  )
    return Number.NaN;
  const hours = twoDigits(text, 11);
  const minutes = twoDigits(text, 14);
  const seconds = twoDigits(text, 17);
  if (!(hours <= 23 && minutes <= 59 && seconds <= 59)) return Number.NaN;
  let at = 19;
  let milliseconds = 0;
  if (text.charCodeAt(at) === 46) {
    const first = ++at;
    for (; at < text.length; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      if (at < first + 3) milliseconds = milliseconds * 10 + digit;
    }
    const digits = at - first;
    if (digits === 0 || digits > 9) return Number.NaN;
    if (digits === 1) milliseconds *= 100;
    else if (digits === 2) milliseconds *= 10;
  }
  const isUtc = text.charCodeAt(at) === 90 && at + 1 === text.length;
  const day = midnightOf(twoDigits(text, 0) * 100 + twoDigits(text, 2), twoDigits(text, 5), twoDigits(text, 8));
  return (
    day + hours * HOUR + (isUtc ? minutes : minutes - parseOffset(text, at)) * MINUTE + seconds * 1000 + milliseconds
  );
}

const HTTP_DATE = /[a-z]{3}, \d{1,2} [a-z]{3} \d{4} \d\d:\d\d:\d\d GMT/i;

// All responses of a second have the same date, and each reads it twice.
let lastDate = "";
let lastTime = Number.NaN;

/** Parses the date of a `Date` or `Retry-After` header, even if it was sent twice, to Unix milliseconds; NaN if invalid. */
export function parseHttpDate(text: string): number {
  if (text === lastDate) return lastTime;
  const date = HTTP_DATE.exec(text);
  lastTime = date === null ? parseInstant(text.trim()) : Date.parse(date[0]);
  lastDate = text;
  return lastTime;
}

/**
 * Describes the mistake if a timestamp is evidently not in milliseconds: read as such, today's seconds are in January
 * 1970 and today's microseconds in the year 58000. Undefined for plausible milliseconds.
 */
export function unitProblem(milliseconds: number): string | undefined {
  const size = Math.abs(milliseconds);
  if (size >= MIN_SECONDS && size < MAX_SECONDS)
    return `looks like seconds; pass Unix milliseconds: ${milliseconds * 1000}`;
  if (!(size >= MIN_MICROSECONDS && size < MAX_NANOSECONDS)) return undefined;
  return size < MIN_NANOSECONDS
    ? `looks like microseconds; pass Unix milliseconds: ${Math.floor(milliseconds / 1e3)}`
    : `looks like nanoseconds; pass Unix milliseconds: ${Math.floor(milliseconds / 1e6)}`;
}

// Recognizes seconds from March 1973 on, and microseconds and nanoseconds up to the year 5138.
const MIN_SECONDS = 1e8;
const MAX_SECONDS = 1e11;
const MIN_MICROSECONDS = 1e14;
const MIN_NANOSECONDS = 1e17;
const MAX_NANOSECONDS = 1e20;

const TWO_DIGITS = /* @__PURE__ */ Array.from({ length: 60 }, (_, value) => String(value).padStart(2, "0"));

/** `toISOString` without the fraction and the `Z`, in half the time. */
function formatSeconds(date: Date): string {
  const year = date.getUTCFullYear();
  if (!(year >= 1000 && year <= 9999)) return date.toISOString().slice(0, -".000Z".length);
  const day = `${year}-${TWO_DIGITS[date.getUTCMonth() + 1]}-${TWO_DIGITS[date.getUTCDate()]}`;
  const seconds = TWO_DIGITS[date.getUTCSeconds()];
  return `${day}T${TWO_DIGITS[date.getUTCHours()]}:${TWO_DIGITS[date.getUTCMinutes()]}:${seconds}`;
}

/** Three digits. */
function millisecondsOf(date: Date): string {
  return String(date.getUTCMilliseconds()).padStart(3, "0");
}

/** Formats a timestamp as the platform does: UTC, with six fractional digits, or none if they are zero. */
export function formatInstant(date: Date): string {
  const seconds = formatSeconds(date);
  return date.getTime() % SECOND === 0 ? `${seconds}Z` : `${seconds}.${millisecondsOf(date)}000Z`;
}

/** Formats a timestamp as streams do: always with three fractional digits, as `toISOString` does. */
export function formatStreamInstant(date: Date): string {
  return `${formatSeconds(date)}.${millisecondsOf(date)}Z`;
}

/** A timestamp; the platform's microseconds are truncated to the milliseconds of `Date`. */
export const instant: Codec<Date> = {
  shape: "time",
  decode(json) {
    const time = typeof json === "string" ? parseInstant(json) : Number.NaN;
    if (Number.isNaN(time)) throw new DecodeError("a timestamp such as 2026-03-05T14:07:31Z", json);
    return new Date(time);
  },
  encode: (value) => (typeof value === "string" ? value : formatInstant(value)),
};
