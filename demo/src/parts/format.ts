// Numbers and times in the browser's locale.
import type { Decimal } from "agentexchange";

const exact = (minimum: number, maximum: number): Intl.NumberFormat =>
  new Intl.NumberFormat(undefined, { minimumFractionDigits: minimum, maximumFractionDigits: maximum });
const upToEightDecimals = exact(2, 8);
const upToFourDecimals = exact(2, 4);
const twoDecimals = exact(2, 2);
const allDecimals = exact(0, 8);
const signedCents = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "exceptZero",
});
const signedPercent = new Intl.NumberFormat(undefined, {
  style: "percent",
  signDisplay: "exceptZero",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const compactNumber = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const inMilliseconds = new Intl.NumberFormat(undefined, {
  style: "unit",
  unit: "millisecond",
  maximumFractionDigits: 0,
});
const oneDecimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const dayTime = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** Intl formats strings of any length exactly; a number would lose digits. */
const toPlain = (value: Decimal): `${number}` => value.toFixed() as `${number}`;

/** A price with decimals that suit its size. */
export function price(value: Decimal): string {
  const size = value.abs();
  return (size.gte(1000) ? twoDecimals : size.gte(1) ? upToFourDecimals : upToEightDecimals).format(toPlain(value));
}

const fixedFormats = new Map<number, Intl.NumberFormat>();

/** A number with a fixed count of decimals, so that columns line up. */
export function fixed(value: Decimal, decimals: number): string {
  const format = fixedFormats.get(decimals) ?? exact(decimals, decimals);
  fixedFormats.set(decimals, format);
  return format.format(toPlain(value));
}

/** An amount of USDT with two decimals. */
export const money = (value: Decimal): string => twoDecimals.format(toPlain(value));

export const signedMoney = (value: Decimal): string => signedCents.format(toPlain(value));

/** A quantity with all its digits. */
export const quantity = (value: Decimal): string => allDecimals.format(toPlain(value));

/** Formats a value given in percent. */
export const percent = (value: Decimal): string => signedPercent.format(value.div(100).toNumber());

const smallPercent = new Intl.NumberFormat(undefined, { style: "percent", maximumSignificantDigits: 2 });

/** A share from 0 to 1 in percent, with the digits that a small one needs. */
export const share = (value: Decimal): string => smallPercent.format(value.toNumber());

/** A value given in percent as a number, such as those of curves. */
export const ratio = (value: number): string => signedPercent.format(value / 100);

/** Compact notation, such as 1.2M. */
export const compact = (value: Decimal): string => compactNumber.format(value.toNumber());

export const milliseconds = (value: number): string => inMilliseconds.format(value);

/** An age in milliseconds, formatted in seconds. The unit belongs to an English sentence. */
export const ageInSeconds = (value: number): string => `${count(Math.max(0, Math.round(value / 1000)))} s`;

export const factor = (value: number): string => oneDecimal.format(value);

export const count = (value: number): string => allDecimals.format(value);

export const timeOfDay = (value: Date): string => clockTime.format(value);

export const dateTime = (value: Date): string => dayTime.format(value);

const hours = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

export const shortTime = (value: Date): string => hours.format(value);

export const shortDay = (value: Date): string => days.format(value);
