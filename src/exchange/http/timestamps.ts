// The platform's timestamps: how its framework reads them, and how it writes those that do not end in `Z`.
import { MINUTE } from "../time/units.ts";

/** The end of the year 9999. */
const MAX_TIME = 253_402_300_799_999;
/** Unix numbers above this are milliseconds. */
const MAX_SECONDS = 20_000_000_000;
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T t_](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A timestamp with its offset. */
export interface OffsetTimestamp {
  /** Unix milliseconds. */
  readonly time: number;
  /** Whether it had a time zone; without one it is read as UTC. */
  readonly hasZone: boolean;
  /** As the platform writes it: with its offset in digits, or without. */
  readonly text: string;
}

/** Unix milliseconds of an ISO-8601 timestamp, with or without a time zone, or of a Unix number. */
export function parseTimestamp(text: string): number | undefined {
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    return Math.abs(number) > MAX_SECONDS ? number : number * 1000;
  }
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const time = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}${offset}`,
  );
  return Number.isNaN(time) ? undefined : time;
}

export function parseOffsetTimestamp(value: string | number): OffsetTimestamp | undefined {
  const text = String(value).trim();
  const time = parseTimestamp(text);
  if (time === undefined || !Number.isFinite(time) || Math.abs(time) > MAX_TIME) return undefined;
  const zone = /[T t_].*?(Z|[+-]\d\d:?\d\d)$/i.exec(text)?.[1];
  const isNumber = /^[+-]?[\d.]+$/.test(text);
  const offset = isNumber || zone?.toUpperCase() === "Z" ? "+00:00" : (zone ?? "");
  return { time, hasZone: isNumber || zone !== undefined, text: formatWithOffset(time, offset) };
}

/** `2026-01-05T00:00:00+00:00`, for the fields where the platform does not write `Z`. */
export function formatTimestamp(time: number): string {
  return formatWithOffset(time, "+00:00");
}

function formatWithOffset(time: number, offset: string): string {
  const digits = offset.replace(":", "");
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  const local = new Date(time + (digits.startsWith("-") ? -minutes : minutes) * MINUTE).toISOString();
  const bare = local.endsWith(".000Z") ? local.slice(0, -5) : `${local.slice(0, -1)}000`;
  return `${bare}${digits === "" ? "" : `${digits.slice(0, 3)}:${digits.slice(3)}`}`;
}

/** Why a string is not a timestamp, in the words of the platform's framework. */
export function timestampProblem(text: string): string {
  if (text.length < 10) return "input is too short";
  const digits = (from: number, to: number): boolean => /^\d+$/.test(text.slice(from, to));
  if (!digits(0, 4)) return "invalid character in year";
  if (text[4] !== "-") return "invalid date separator, expected `-`";
  if (!digits(5, 7)) return "invalid character in month";
  if (text[7] !== "-") return "invalid date separator, expected `-`";
  if (!digits(8, 10)) return "invalid character in day";
  const month = Number(text.slice(5, 7));
  if (month < 1 || month > 12) return "month value is outside expected range of 1-12";
  const day = Number(text.slice(8, 10));
  if (day < 1 || day > new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate())
    return "day value is outside expected range";
  return "unexpected extra characters at the end of the input";
}
