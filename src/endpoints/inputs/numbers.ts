import * as v from "valibot";
import type { Schema } from "./object.ts";
import { show } from "./shown.ts";

export const finiteNumber: Schema<number> = show(v.custom<number>(Number.isFinite, "must be a finite number"), {
  is: "number",
  min: Number.NEGATIVE_INFINITY,
  max: Number.POSITIVE_INFINITY,
});

/** An integer from `min` to `max`. */
// @__NO_SIDE_EFFECTS__
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  const isAccepted = (value: unknown): boolean => isWhole(value) && value >= min && value <= max;
  const message = `must be a whole number ${rangeText(min, max, Number.MAX_SAFE_INTEGER)}`;
  return show(v.custom<number>(isAccepted, message), { is: "integer", min, max });
}

/** A number from `min` to `max`, not necessarily whole. */
// @__NO_SIDE_EFFECTS__
export function numberWithin(min: number, max: number): Schema<number> {
  const isAccepted = (value: unknown): boolean => isFinite(value) && value >= min && value <= max;
  const message = `must be a number ${rangeText(min, max, Number.POSITIVE_INFINITY)}`;
  return show(v.custom<number>(isAccepted, message), { is: "number", min, max });
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
