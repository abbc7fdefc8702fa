import { DecimalRangeError, compare, parseDecimal, powerOfTen, type Decimal28 } from "../../base/amount.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { required, type Field, type FieldInput, type Invalid } from "./field.ts";

// The scale of numbers too large or too small to compute with. They are valid, as far as checks of fields go.
const ABSURD_SCALE = 900;
const DECIMALS = 8;

/** An amount greater than 0 with at most 8 decimals, as many as are stored. */
export const amount: Field<Decimal28> = required((input) => {
  const text = decimalText(input);
  if (typeof text !== "string") return text;
  if (/^[+-]?(?:nan|s?nan\d*|inf|infinity)$/i.test(text))
    return input.issue("finite_number", "Input should be a finite number");
  const value = parseAbsurd(text);
  if (value === undefined) return input.issue("decimal_parsing", "Input should be a valid decimal");
  if (value.units <= 0n) return input.issue("greater_than", "Input should be greater than 0", { gt: 0 });
  return value.scale < ABSURD_SCALE ? withinDecimals(input, value) : value;
});

/** A number from `min` to `max`. */
export function decimalBetween(min: Decimal28, max: Decimal28): Field<Decimal28> {
  return required((input) => {
    const text = decimalText(input);
    if (typeof text !== "string") return text;
    let value: Decimal28 | undefined;
    try {
      value = parseDecimal(text);
    } catch (error) {
      if (!(error instanceof DecimalRangeError)) throw error;
      // Too large or too small to compute with, so outside of any bounds.
      value = /^-|e-/i.test(text) ? { ...min, units: min.units - 1n } : { ...max, units: max.units + 1n };
    }
    if (value === undefined) return input.issue("decimal_parsing", "Input should be a valid decimal");
    if (compare(value, min) < 0) {
      const ge = toNumber(min);
      return input.issue("greater_than_equal", `Input should be greater than or equal to ${ge}`, { ge });
    }
    if (compare(value, max) > 0) {
      const le = toNumber(max);
      return input.issue("less_than_equal", `Input should be less than or equal to ${le}`, { le });
    }
    return value;
  });
}

/** The same with at most 8 decimals. */
export function amountBetween(min: Decimal28, max: Decimal28): Field<Decimal28> {
  const field = decimalBetween(min, max);
  return (input) => {
    const value = field(input);
    return typeof value === "object" ? withinDecimals(input, value) : value;
  };
}

/** `1_000` is a number in the platform's language. */
function decimalText(input: FieldInput): string | Invalid {
  const { value } = input;
  if (typeof value !== "string" && typeof value !== "number")
    return input.issue("decimal_type", "Decimal input should be an integer, float, string or Decimal object");
  return String(value)
    .trim()
    .replace(/(\d)_(?=\d)/g, "$1");
}

/** Zeros at the end do not count. */
function withinDecimals(input: FieldInput, value: Decimal28): Decimal28 | Invalid {
  const { units, scale } = value;
  if (acceptsAnyScale(input.state) || scale <= DECIMALS || units % powerOfTen(scale - DECIMALS) === 0n) return value;
  return input.issue("decimal_max_places", `Decimal input should have no more than ${DECIMALS} decimal places`, {
    decimal_places: DECIMALS,
  });
}

/** The platform silently rounds amounts to 8 decimals, and journals of version 0.1.0 have amounts that were rounded. */
function acceptsAnyScale({ quirks, replaying }: ExchangeState): boolean {
  return quirks.longDecimalsAreRounded || replaying;
}

function parseAbsurd(text: string): Decimal28 | undefined {
  try {
    return parseDecimal(text);
  } catch (error) {
    if (!(error instanceof DecimalRangeError)) throw error;
    const [digits = ""] = text.split(/e/i);
    if (!/[1-9]/.test(digits)) return { units: 0n, scale: 0 };
    return { units: text.startsWith("-") ? -1n : 1n, scale: /e-/i.test(text) ? ABSURD_SCALE : -ABSURD_SCALE };
  }
}

function toNumber({ units, scale }: Decimal28): number {
  return Number(units) / 10 ** scale;
}
