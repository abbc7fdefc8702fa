import { Decimal as DecimalJs } from "decimal.js";
import { DecodeError, type Codec } from "./codec.ts";

/** An exact decimal number: the type of every price, quantity, amount and percentage. */
export type Decimal = DecimalJs;

const SETTINGS = { defaults: true, precision: 28, rounding: 6, toExpNeg: -22, toExpPos: 30 } as const;

/**
 * The exact decimal numbers of this package: a clone of decimal.js with 28 significant digits and
 * half-even rounding, as on the platform. It does not share settings with your own decimal.js. `Decimal.set` affects
 * your arithmetic with it, but nothing that the package computes, reads or sends.
 *
 * @example
 * ```ts
 * import { Decimal } from "agentexchange";
 *
 * const total = new Decimal("0.1").plus("0.2"); // exactly 0.3
 * ```
 */
export const Decimal: typeof DecimalJs = DecimalJs.clone(SETTINGS);

/** For the package's own arithmetic: a second clone, so that `Decimal.set` in user code has no effect on it. */
export const Exact: typeof DecimalJs = DecimalJs.clone(SETTINGS);

/** Turns a result of the package's own arithmetic into an instance of the exported {@link Decimal}. */
export function toPublicDecimal(value: Decimal): Decimal {
  (value as unknown as { constructor: typeof DecimalJs }).constructor = Decimal;
  return value;
}

const WORD = 1e7;
const POWERS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7];
const POINT = 46 - 48; // "." read as a digit

interface Parts {
  constructor: typeof DecimalJs;
  s: number;
  e: number;
  d: number[];
}

// Creates a Decimal from its documented fields (sign, exponent, base 1e7 words) without the parsing constructor.
const Instance = function (this: Parts, s: number, e: number, d: number[]): void {
  this.constructor = Decimal;
  this.s = s;
  this.e = e;
  this.d = d;
} as unknown as new (s: number, e: number, d: number[]) => Decimal;
(Instance as { prototype: unknown }).prototype = DecimalJs.prototype;

/**
 * Parses a string in plain notation several times as fast as the constructor. Undefined for any other string: with an
 * exponent, with more than 14 digits before or after the point, or malformed.
 */
export function parsePlainDecimal(text: string): Decimal | undefined {
  const length = text.length;
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  let at = start;
  let whole = 0;
  let digit = 0;
  for (; at < length; at++) {
    digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    whole = whole * 10 + digit;
  }
  const wholeDigits = at - start;
  if (wholeDigits === 0 || wholeDigits > 14 || (wholeDigits > 1 && text.charCodeAt(start) === 48)) return undefined;
  let first = 0; // the first seven digits after the point; `second` has the next seven
  let second = 0;
  if (at < length) {
    const point = at;
    const decimals = length - point - 1;
    if (digit !== POINT || decimals === 0 || decimals > 14) return undefined;
    const middle = decimals > 7 ? point + 8 : length;
    for (at = point + 1; at < middle; at++) {
      digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return undefined;
      first = first * 10 + digit;
    }
    for (; at < length; at++) {
      digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) return undefined;
      second = second * 10 + digit;
    }
    if (decimals > 7) second *= POWERS[14 - decimals] as number;
    else first *= POWERS[7 - decimals] as number;
  }
  return new Instance(
    start === 1 ? -1 : 1,
    whole > 0 ? wholeDigits - 1 : exponentOfFraction(first, second),
    toWords(whole, first, second),
  );
}

/** The digits as base 1e7 words, without zero words at either end. Array literals take a quarter of a growing array's memory. */
function toWords(whole: number, first: number, second: number): number[] {
  if (whole >= WORD) {
    const high = Math.floor(whole / WORD);
    const low = whole - high * WORD;
    if (second > 0) return [high, low, first, second];
    if (first > 0) return [high, low, first];
    return low > 0 ? [high, low] : [high];
  }
  if (whole > 0) {
    if (second > 0) return [whole, first, second];
    return first > 0 ? [whole, first] : [whole];
  }
  if (first > 0) return second > 0 ? [first, second] : [first];
  return [second];
}

/** The decimal exponent of a number below 1, given its first 14 fractional digits; 0 for zero. */
function exponentOfFraction(first: number, second: number): number {
  let word = first > 0 ? first : second;
  if (word === 0) return 0;
  let exponent = first > 0 ? -8 : -15;
  for (; word >= 1; word /= 10) exponent++;
  return exponent;
}

const WIRE_FORM = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i;

// The platform's longest decimal has 28 digits. 1e900000000 is short on the wire, but printing it exhausts the memory.
const MAX_DIGITS = 100;
const MAX_EXPONENT = 100;

/** A decimal number in a JSON string, at most 100 digits, in any notation that the platform uses: `"61250.40"`, `"0E-8"`, `"1.2E-7"`. */
export const decimal: Codec<Decimal> = {
  shape: "decimal",
  decode(json) {
    if (typeof json !== "string") throw new DecodeError("a decimal string", json);
    // The platform's zero, as of every asset without pending orders.
    const fast = parsePlainDecimal(json === "0E-8" ? "0" : json);
    if (fast !== undefined) return unsignedZero(fast);
    const form = WIRE_FORM.exec(json);
    if (form === null) throw new DecodeError("a decimal string", json);
    const [, whole = "", fraction = "", exponent = "0"] = form;
    if (whole.length + fraction.length > MAX_DIGITS || Math.abs(Number(exponent)) > MAX_EXPONENT) {
      throw new DecodeError("a decimal of at most 100 digits with an exponent from -100 to 100", json);
    }
    return toPublicDecimal(unsignedZero(new Exact(json)));
  },
  encode: (value) => (typeof value === "string" ? value : plainText(value)),
};

/** Maps `-0.00` to 0, since its JSON would be "-0". */
function unsignedZero(value: Decimal): Decimal {
  return value.s < 0 && value.isZero() ? toPublicDecimal(new Exact(0)) : value;
}

/** Formats a number in plain notation, never with an exponent: `0.00000012`. */
export function plainText(value: Decimal): string {
  return value.toFixed();
}
