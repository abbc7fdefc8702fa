/**
 * Exact decimal numbers by the General Decimal Arithmetic rules at 28 digits. A stored number (a balance, a
 * price of an order) is a bigint of 1e-8; a computed one is an Amount, which carries its own scale. `kept()`
 * and `stored()` lead from one to the other.
 */
export interface Decimal28 {
  /** The number without its point. */
  readonly units: bigint;
  /** Decimals; negative when the number ends in unwritten zeros (`1E+3` has scale -3). */
  readonly scale: number;
}

declare const unit: unique symbol;

/** An amount as it is stored: a count of 1e-8. */
export type Fixed8 = bigint & { readonly [unit]: "1e-8" };

/** A percentage as it is stored: a count of 1e-6. */
export type Fixed6 = bigint & { readonly [unit]: "1e-6" };

/**
 * Marks a bigint as a count of 1e-8, which a market of your own needs for its pairs' filters.
 *
 * @example
 * ```ts
 * const minNotional = fixed8(500_000_000n); // 5 USDT
 * ```
 */
export function fixed8(units: bigint): Fixed8 {
  return units as Fixed8;
}

export const ZERO8: Fixed8 = fixed8(0n);

export function add8(a: Fixed8, b: Fixed8): Fixed8 {
  return fixed8(a + b);
}

export function subtract8(a: Fixed8, b: Fixed8): Fixed8 {
  return fixed8(a - b);
}

/** Marks a bigint as a count of 1e-6. */
export function fixed6(units: bigint): Fixed6 {
  return units as Fixed6;
}

export type Rounding = "half-even" | "half-away" | "down" | "up";

/** A result that 28 digits cannot hold, or a number too far from one to be worked with. */
export class DecimalRangeError extends Error {
  override readonly name = "AmountError";
}

const DIGITS = 28;
const LIMIT = 10n ** 28n;
const MOST_DIGITS = 1000;

const powers: bigint[] = [1n];

/** 10 to the power of `exponent`. */
export function powerOfTen(exponent: number): bigint {
  if (exponent > 4 * MOST_DIGITS) throw new DecimalRangeError("number out of range");
  for (let at = powers.length; at <= exponent; at++) powers.push((powers[at - 1] as bigint) * 10n);
  return powers[exponent] as bigint;
}

export const ZERO: Decimal28 = { units: 0n, scale: 0 };
export const ONE: Decimal28 = { units: 1n, scale: 0 };
export const HUNDRED: Decimal28 = { units: 100n, scale: 0 };
const HUNDREDTH: Decimal28 = { units: 1n, scale: 2 };
const MOST_DECIMALS = 24;

/** A stored number as an Amount of scale 8. */
export function fromFixed8(units: Fixed8): Decimal28 {
  return { units, scale: 8 };
}

/** An Amount as it is stored: 8 decimals, half away from zero. */
export function toFixed8(amount: Decimal28): Fixed8 {
  return fixed8(rescale(amount, 8, "half-away"));
}

/** A percentage as it is stored: 6 decimals, half away from zero. */
export function toFixed6(percent: Decimal28): Fixed6 {
  return fixed6(rescale(percent, 6, "half-away"));
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}

/** How many digits a number has; 1 for zero. */
function countDigits(units: bigint): number {
  return magnitude(units).toString().length;
}

function divideUnits(units: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = units / divisor;
  const rest = units - quotient * divisor;
  if (rest === 0n) return quotient;
  const negative = units < 0n;
  if (rounding === "down") return negative ? quotient - 1n : quotient;
  if (rounding === "up") return negative ? quotient : quotient + 1n;
  const twice = magnitude(rest) * 2n;
  const away = twice > divisor || (twice === divisor && (rounding === "half-away" || (quotient & 1n) === 1n));
  return away ? quotient + (negative ? -1n : 1n) : quotient;
}

/** The units of `amount` at another scale, as bigint; `down` is towards minus infinity, `up` towards plus. */
export function rescale(amount: Decimal28, scale: number, rounding: Rounding): bigint {
  const shift = scale - amount.scale;
  if (shift === 0) return amount.units;
  return shift > 0 ? amount.units * powerOfTen(shift) : divideUnits(amount.units, powerOfTen(-shift), rounding);
}

/** Exactly `scale` decimals; fails, as the platform does, when that needs more than 28 digits. */
export function round(amount: Decimal28, scale: number, rounding: Rounding = "half-even"): Decimal28 {
  const units = rescale(amount, scale, rounding);
  if (units >= LIMIT || units <= -LIMIT) throw new DecimalRangeError("result needs more than 28 digits");
  return { units, scale };
}

/** At most 28 digits, half-even. */
function fit(units: bigint, scale: number): Decimal28 {
  if (units < LIMIT && units > -LIMIT) return { units, scale };
  const surplus = countDigits(units) - DIGITS;
  const cut = divideUnits(units, powerOfTen(surplus), "half-even");
  // 99…9 may round up to one digit more.
  return cut >= LIMIT || cut <= -LIMIT
    ? { units: cut / 10n, scale: scale - surplus - 1 }
    : { units: cut, scale: scale - surplus };
}

export function add(a: Decimal28, b: Decimal28): Decimal28 {
  if (a.scale === b.scale) return fit(a.units + b.units, a.scale);
  return a.scale > b.scale
    ? fit(a.units + b.units * powerOfTen(a.scale - b.scale), a.scale)
    : fit(a.units * powerOfTen(b.scale - a.scale) + b.units, b.scale);
}

export function negate({ units, scale }: Decimal28): Decimal28 {
  return { units: -units, scale };
}

export function subtract(a: Decimal28, b: Decimal28): Decimal28 {
  return add(a, negate(b));
}

export function multiply(a: Decimal28, b: Decimal28): Decimal28 {
  return fit(a.units * b.units, a.scale + b.scale);
}

/** `a / b`; `b` is never zero where the engine divides. */
export function divide(a: Decimal28, b: Decimal28): Decimal28 {
  if (b.units === 0n) throw new DecimalRangeError("division by zero");
  const ideal = a.scale - b.scale;
  if (a.units === 0n) return { units: 0n, scale: ideal };
  const shift = Math.max(0, countDigits(b.units) - countDigits(a.units) + DIGITS + 1);
  const numerator = a.units * powerOfTen(shift);
  let units = numerator / b.units;
  let scale = ideal + shift;
  if (units * b.units !== numerator) {
    // One more digit that says "and a trace more", so that no tie is seen where there is none.
    return fit(units * 10n + (numerator < 0n === b.units < 0n ? 1n : -1n), scale + 1);
  }
  while (scale > ideal && units % 10n === 0n) {
    units /= 10n;
    scale--;
  }
  return fit(units, scale);
}

/** Rounded to 8 decimals, or for what is below a hundredth to more: at 0.0000006 they would be off by a percent. */
export function roundPrice(price: Decimal28): Decimal28 {
  let decimals = 8;
  for (let least = price; decimals < MOST_DECIMALS && compare(least, HUNDREDTH) < 0; decimals++)
    least = { units: least.units * 10n, scale: least.scale };
  return round(price, decimals, "half-away");
}

/** The sum of a list; a sum over nothing is `0` without decimals. */
export function sum(amounts: Iterable<Decimal28>): Decimal28 {
  let total = ZERO;
  for (const amount of amounts) total = add(total, amount);
  return total;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Decimal28, b: Decimal28): number {
  const left = a.scale >= b.scale ? a.units : a.units * powerOfTen(b.scale - a.scale);
  const right = b.scale >= a.scale ? b.units : b.units * powerOfTen(a.scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The platform's text: plain where the exponent is not positive and the number not below 1e-6, else `1.2E-7`. */
export function formatDecimal({ units, scale }: Decimal28): string {
  if (units < 0n) return `-${formatDecimal({ units: -units, scale })}`;
  const digits = units.toString();
  if (scale === 0) return digits;
  const whole = digits.length - scale; // digits before the point
  if (scale > 0 && whole > -6) {
    return whole > 0 ? `${digits.slice(0, whole)}.${digits.slice(whole)}` : `0.${"0".repeat(-whole)}${digits}`;
  }
  const exponent = whole - 1;
  return `${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ""}E${exponent < 0 ? "" : "+"}${exponent}`;
}

/** Rounded, as text. A negative number that rounds to zero can keep its sign, as the platform's numbers do. */
export function formatRounded(amount: Decimal28, scale: number, keepsSign: boolean): string {
  const text = formatDecimal(round(amount, scale));
  return keepsSign && amount.units < 0n && !text.startsWith("-") ? `-${text}` : text;
}

/** A stored number's text, with its 8 decimals. */
export function formatFixed8(units: Fixed8): string {
  return formatDecimal({ units, scale: 8 });
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** The number that a text means, its scale kept; undefined when it is none. Fails for numbers of absurd size. */
export function parseDecimal(text: string): Decimal28 | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", decimals = "", exponent = "0"] = match;
  if (whole.length + decimals.length === 0) return undefined;
  if (whole.length + decimals.length > MOST_DIGITS || exponent.length > 6)
    throw new DecimalRangeError("number out of range");
  const scale = decimals.length - Number(exponent);
  if (scale > MOST_DIGITS || scale < -MOST_DIGITS) throw new DecimalRangeError("number out of range");
  const units = BigInt(whole + decimals);
  return { units: sign === "-" ? -units : units, scale };
}

/** A number from the source code or from options, where a text that is no number is a mistake of the caller. */
export function toDecimal28(text: string | number | { toString(): string }): Decimal28 {
  const parsed = parseDecimal(String(text).trim());
  if (parsed === undefined) throw new TypeError(`${String(text)} is no number; pass a text such as "61250.40"`);
  return parsed;
}

// Former names, until their last uses are renamed.
export {
  DecimalRangeError as AmountError,
  formatDecimal as textOfAmount,
  formatFixed8 as textOfStored,
  formatRounded as textOfRounded,
  parseDecimal as parseAmount,
  powerOfTen as power,
  toDecimal28 as amountOf,
};
