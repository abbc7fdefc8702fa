import { parseInstant, unitProblem } from "../../wire/index.ts";

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)? ?(Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * Converts a Date, an ISO string or Unix milliseconds to Unix milliseconds; NaN if it is not a time. A date without a
 * time is midnight UTC. Throws for a time without a time zone, which would depend on the computer, and for Unix seconds
 * or microseconds.
 */
export function toTimestamp(time: Date | string | number): number {
  const timestamp = typeof time === "string" ? parseIso(time.trim()) : Number(time);
  const problem = unitProblem(timestamp);
  if (problem !== undefined) throw new RangeError(`time ${String(time)} ${problem}`);
  return timestamp;
}

function parseIso(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, day = "", minutes = "00:00", seconds = ":00", zone] = match;
  const plain = `${day}T${minutes}${seconds}`;
  if (zone === undefined && match[2] !== undefined)
    throw new RangeError(
      `time "${text}" has no time zone. Write "${plain}Z" for UTC, or add an offset such as +05:30.`,
    );
  const offset = (zone ?? "Z").toUpperCase();
  return parseInstant(plain + (offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset));
}
