/**
 * An exact decimal number with at most 28 digits, computed by the rules of General Decimal Arithmetic. Computed numbers
 * carry their own scale; stored ones, such as balances and order prices, are {@link Fixed8}. `toFixed8()` and
 * `fromFixed8()` convert between them.
 */
export interface Decimal28 {
  /** All digits, without the decimal point. */
  readonly units: bigint;
  /** Number of decimals; negative if the number ends in unwritten zeros (`1E+3` has scale -3). */
  readonly scale: number;
}

declare const unit: unique symbol;

/** A stored amount, in units of 1e-8. */
export type Fixed8 = bigint & { readonly [unit]: "1e-8" };

/** A stored percentage, in units of 1e-6. */
export type Fixed6 = bigint & { readonly [unit]: "1e-6" };

/**
 * Marks a bigint as units of 1e-8. A custom market needs it for the filters of its pairs.
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

/** Marks a bigint as units of 1e-6. */
export function fixed6(units: bigint): Fixed6 {
  return units as Fixed6;
}

export type Rounding = "half-even" | "half-away" | "down" | "up";

/** A result does not fit into 28 digits, or a number is too large or too small to compute with. */
export class DecimalRangeError extends Error {
  override readonly name = "DecimalRangeError";
}

const DIGITS = 28;
const LIMIT = 10n ** 28n;
const MAX_DIGITS = 1000;

const powers: bigint[] = [1n];

/** 10 ** `exponent`, cached. */
export function powerOfTen(exponent: number): bigint {
  const cached = powers[exponent];
  if (cached !== undefined) return cached;
  if (!(exponent >= 0 && exponent <= 4 * MAX_DIGITS)) throw new DecimalRangeError("number out of range");
  let power = powers.at(-1) ?? 1n;
  while (powers.length <= exponent) powers.push((power *= 10n));
  return power;
}

export const ZERO: Decimal28 = { units: 0n, scale: 0 };
export const ONE: Decimal28 = { units: 1n, scale: 0 };
export const HUNDRED: Decimal28 = { units: 100n, scale: 0 };
const HUNDREDTH: Decimal28 = { units: 1n, scale: 2 };
const MAX_DECIMALS = 24;

export function fromFixed8(units: Fixed8): Decimal28 {
  return { units, scale: 8 };
}

/** Rounds to 8 decimals, half away from zero. */
export function toFixed8(amount: Decimal28): Fixed8 {
  return fixed8(rescale(amount, 8, "half-away"));
}

/** Rounds to 6 decimals, half away from zero. */
export function toFixed6(percent: Decimal28): Fixed6 {
  return fixed6(rescale(percent, 6, "half-away"));
}

function magnitude(units: bigint): bigint {
  return units < 0n ? -units : units;
}

/** The number of digits; 1 for zero. */
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

/** The units of `amount` at another scale. `down` rounds towards minus infinity, `up` towards plus infinity. */
export function rescale(amount: Decimal28, scale: number, rounding: Rounding): bigint {
  const shift = scale - amount.scale;
  if (shift === 0) return amount.units;
  return shift > 0 ? amount.units * powerOfTen(shift) : divideUnits(amount.units, powerOfTen(-shift), rounding);
}

/** Rounds to exactly `scale` decimals; throws, as the platform does, if the result needs more than 28 digits. */
export function round(amount: Decimal28, scale: number, rounding: Rounding = "half-even"): Decimal28 {
  const units = rescale(amount, scale, rounding);
  if (units >= LIMIT || units <= -LIMIT) throw new DecimalRangeError("result needs more than 28 digits");
  return { units, scale };
}

/** Rounds to 8 decimals, half away from zero, for further computing. {@link toFixed8} rounds for storing. */
export function round8(amount: Decimal28): Decimal28 {
  return round(amount, 8, "half-away");
}

/** Rounds to at most 28 digits, half to even. */
function fit(units: bigint, scale: number): Decimal28 {
  if (units < LIMIT && units > -LIMIT) return { units, scale };
  const surplus = countDigits(units) - DIGITS;
  const cut = divideUnits(units, powerOfTen(surplus), "half-even");
  // 99…9 may round up to a number with one more digit.
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

/** `a / b`. */
export function divide(a: Decimal28, b: Decimal28): Decimal28 {
  if (b.units === 0n) throw new DecimalRangeError("division by zero");
  const idealScale = a.scale - b.scale;
  if (a.units === 0n) return { units: 0n, scale: idealScale };
  const shift = Math.max(0, countDigits(b.units) - countDigits(a.units) + DIGITS + 1);
  const numerator = a.units * powerOfTen(shift);
  let units = numerator / b.units;
  let scale = idealScale + shift;
  if (units * b.units !== numerator) {
    // An extra non-zero digit marks the truncated remainder, so that rounding does not mistake the result for a tie.
    return fit(units * 10n + (numerator < 0n === b.units < 0n ? 1n : -1n), scale + 1);
  }
  while (scale > idealScale && units % 10n === 0n) {
    units /= 10n;
    scale--;
  }
  return fit(units, scale);
}

/** Rounds to 8 decimals, or to more below 0.01, where 8 would lose precision: at 0.0000006 up to a percent. */
export function roundPrice(price: Decimal28): Decimal28 {
  let decimals = 8;
  for (let scaled = price; decimals < MAX_DECIMALS && compare(scaled, HUNDREDTH) < 0; decimals++)
    scaled = { units: scaled.units * 10n, scale: scaled.scale };
  return round(price, decimals, "half-away");
}

/** The sum of a list; the empty sum is `0` without decimals. */
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

/** Formats as the platform does: plainly if the exponent is not positive and the number at least 1e-6, else `1.2E-7`. */
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

/** Rounds and formats. A negative number that rounds to zero can keep its sign, as it does on the platform. */
export function formatRounded(amount: Decimal28, scale: number, keepsSign: boolean): string {
  const text = formatDecimal(round(amount, scale));
  return keepsSign && amount.units < 0n && !text.startsWith("-") ? `-${text}` : text;
}

/** Formats a stored amount with its 8 decimals. */
export function formatFixed8(units: Fixed8): string {
  return formatDecimal({ units, scale: 8 });
}

const DECIMAL_PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Parses a decimal number and keeps its scale; undefined if it is not a number. Throws for extreme sizes. */
export function parseDecimal(text: string): Decimal28 | undefined {
  const match = DECIMAL_PATTERN.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", decimals = "", exponent = "0"] = match;
  if (whole.length + decimals.length === 0) return undefined;
  if (whole.length + decimals.length > MAX_DIGITS || exponent.length > 6)
    throw new DecimalRangeError("number out of range");
  const scale = decimals.length - Number(exponent);
  if (scale > MAX_DIGITS || scale < -MAX_DIGITS) throw new DecimalRangeError("number out of range");
  const units = BigInt(whole + decimals);
  return { units: sign === "-" ? -units : units, scale };
}

/** Converts a number from code or options; throws a TypeError if it is not a number. */
export function toDecimal28(text: string | number | { toString(): string }): Decimal28 {
  const parsed = parseDecimal(String(text).trim());
  if (parsed === undefined) throw new TypeError(`not a number: "${String(text)}". Pass a decimal such as "61250.40".`);
  return parsed;
}
