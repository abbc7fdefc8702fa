import * as v from "valibot";
import { parseInstant, unitProblem } from "../../wire/index.ts";
import type { Schema } from "./object.ts";
import { show } from "./shown.ts";

/** A point in time as an argument: a Date, an ISO-8601 string with `Z` or an offset, or Unix milliseconds (not seconds). */
export type Timestamp = Date | string | number;

/** Sent as an ISO-8601 string with `Z`, or unchanged if it is a string. */
export const timestamp: Schema<Timestamp, string> = v.pipe(
  show(
    v.custom<Timestamp>(() => true),
    { is: "timestamp" },
  ),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const value: unknown = dataset.value;
    if (typeof value === "string" && !Number.isNaN(parseInstant(value))) return value;
    const unit = typeof value === "number" ? unitProblem(value) : undefined;
    if (unit !== undefined) {
      addIssue({ message: unit });
      return NEVER;
    }
    const date = value instanceof Date ? value : typeof value === "number" ? new Date(value) : undefined;
    if (date !== undefined && !Number.isNaN(date.getTime())) return date.toISOString();
    addIssue({
      message: 'must be a Date, Unix milliseconds, or a string with a time zone such as "2026-03-05T14:00:00Z"',
    });
    return NEVER;
  }),
);
