import * as v from "valibot";
import { AMOUNT_DECIMALS, Exact, plainText, roundAmount, type Decimal } from "../../wire/index.ts";
import type { Schema } from "./object.ts";
import { show, type Shown } from "./shown.ts";

/** A price, quantity or amount as an argument, with at most 8 decimals: a Decimal, a decimal string or a number. */
export type Amount = Decimal | string | number;

const PLAIN = /^\d+(\.\d+)?$/;
const SCIENTIFIC = /^\d+(\.\d+)?e[+-]?\d+$/i;
const LIMIT = 1e12;
const NOT_AN_AMOUNT = 'must be a decimal string such as "0.001", a Decimal or a number';

/**
 * A positive amount with at most 8 decimals; the platform would silently round any further decimals. Plain decimal strings
 * are sent unchanged, everything else in plain digits.
 */
export const amount: Schema<Amount, string> = amountWhere({ is: "amount", min: 0, max: LIMIT }, (digits) => {
  if (!/[1-9]/.test(digits)) return "must be greater than 0";
  return new Exact(digits).gte(LIMIT) ? `must be below ${LIMIT}` : decimalsProblem(digits);
});

/** An amount from `min`, which may be 0, to `max`, with at most 8 decimals. */
// @__NO_SIDE_EFFECTS__
export function amountWithin(min: number, max: number): Schema<Amount, string> {
  return amountWhere(
    { is: "amountWithin", min, max },
    (digits) => rangeProblem(digits, min, max) ?? decimalsProblem(digits),
  );
}

/** A share from `min` to `max`, with any number of decimals. */
// @__NO_SIDE_EFFECTS__
export function shareWithin(min: number, max: number): Schema<Amount, string> {
  return amountWhere({ is: "share", min, max }, (digits) => rangeProblem(digits, min, max));
}

function rangeProblem(digits: string, min: number, max: number): string | undefined {
  const value = new Exact(digits);
  return value.lt(min) || value.gt(max) ? `must be from ${min} to ${max}` : undefined;
}

/** Trailing zeros do not count as decimals. */
function decimalsProblem(digits: string): string | undefined {
  const decimals = new Exact(digits).decimalPlaces();
  return decimals <= AMOUNT_DECIMALS
    ? undefined
    : `must have at most ${AMOUNT_DECIMALS} decimals, but ${digits} has ${decimals}; round it first, because the platform would round it silently`;
}

interface Problem {
  readonly problem: string;
}

// @__NO_SIDE_EFFECTS__
function amountWhere(shown: Shown, problemOf: (digits: string) => string | undefined): Schema<Amount, string> {
  return v.pipe(
    show(
      v.custom<Amount>(() => true),
      shown,
    ),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const digits = plainDigits(dataset.value);
      const problem = typeof digits === "string" ? problemOf(digits) : digits.problem;
      if (typeof digits === "string" && problem === undefined) return digits;
      addIssue({ message: problem ?? NOT_AN_AMOUNT });
      return NEVER;
    }),
  );
}

/** The amount in plain digits, or why it is not one. */
function plainDigits(value: unknown): string | Problem {
  const text = textOf(value);
  if (typeof text !== "string" || PLAIN.test(text)) return text;
  if (SCIENTIFIC.test(text)) return expand(new Exact(text));
  return { problem: text.startsWith("-") ? `must not be negative (${text})` : NOT_AN_AMOUNT };
}

function textOf(value: unknown): string | Problem {
  if (typeof value === "string") return value.trim();
  if (typeof value === "number") return textOfNumber(value);
  // isDecimal also recognizes a Decimal of the caller's own copy of decimal.js.
  if (!Exact.isDecimal(value)) return { problem: NOT_AN_AMOUNT };
  return value.isFinite() ? expand(value) : { problem: `must be finite, received ${value.toString()}` };
}

function textOfNumber(value: number): string | Problem {
  if (!Number.isFinite(value)) return { problem: `must be finite, received ${value}` };
  const exact = new Exact(String(value));
  if (exact.decimalPlaces() <= AMOUNT_DECIMALS && (!Number.isInteger(value) || Number.isSafeInteger(value)))
    return plainText(exact);
  return {
    problem: `is a number that is not exact to ${AMOUNT_DECIMALS} decimals (${value}); pass a string such as "${plainText(roundAmount(exact))}" or a Decimal`,
  };
}

/** Written out in plain digits only if the size is reasonable: `1e999999999` has a billion digits. */
function expand(value: Decimal): string | Problem {
  return Math.abs(value.e) > 40 ? { problem: `is out of range (${value.toString()})` } : plainText(value);
}
