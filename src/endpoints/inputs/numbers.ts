import * as v from "valibot";
import type { Schema } from "./object.ts";

export const finiteNumber: Schema<number> = v.custom<number>(Number.isFinite, "must be a finite number");

/** An integer from `min` to `max`. */
// @__NO_SIDE_EFFECTS__
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  return v.custom<number>(
    (value) => isWhole(value) && value >= min && value <= max,
    `must be a whole number ${rangeText(min, max, Number.MAX_SAFE_INTEGER)}`,
  );
}

/** A number from `min` to `max`, not necessarily whole. */
// @__NO_SIDE_EFFECTS__
export function numberWithin(min: number, max: number): Schema<number> {
  return v.custom<number>(
    (value) => isFinite(value) && value >= min && value <= max,
    `must be a number ${rangeText(min, max, Number.POSITIVE_INFINITY)}`,
  );
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}

function rangeText(min: number, max: number, unlimited: number): string {
  return max === unlimited ? `of at least ${min}` : `from ${min} to ${max}`;
}
