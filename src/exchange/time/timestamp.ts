import { parseInstant, unitProblem } from "../../wire/index.ts";

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)? ?(Z|[+-]\d\d:?\d\d)?)?$/i;

/**
 * Unix milliseconds of a Date, an ISO text or Unix milliseconds. A text without a time zone would mean another moment
 * on every computer, and seconds or microseconds another century, so they are refused; a day alone begins in UTC. NaN for
 * what is no time.
 */
export function toTimestamp(time: Date | string | number): number {
  const moment = typeof time === "string" ? momentOfText(time.trim()) : Number(time);
  const problem = unitProblem(moment);
  if (problem !== undefined) throw new RangeError(`time ${String(time)} ${problem}`);
  return moment;
}

function momentOfText(text: string): number {
  const match = ISO.exec(text);
  if (match === null) return Number.NaN;
  const [, day = "", minutes = "00:00", seconds = ":00", zone] = match;
  const plain = `${day}T${minutes}${seconds}`;
  if (zone === undefined && match[2] !== undefined)
    throw new RangeError(`time "${text}" has no time zone; write "${plain}Z" for UTC, or add an offset such as +05:30`);
  const offset = (zone ?? "Z").toUpperCase();
  return parseInstant(plain + (offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset));
}
