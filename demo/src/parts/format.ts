// Numbers and times as the reader's browser writes them.
import type { Decimal } from "agentexchange";

const exact = (minimum: number, maximum: number): Intl.NumberFormat =>
  new Intl.NumberFormat(undefined, { minimumFractionDigits: minimum, maximumFractionDigits: maximum });
const fine = exact(2, 8);
const middling = exact(2, 4);
const cents = exact(2, 2);
const free = exact(0, 8);
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
const rough = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const thousandths = new Intl.NumberFormat(undefined, {
  style: "unit",
  unit: "millisecond",
  maximumFractionDigits: 0,
});
const seconds = new Intl.NumberFormat(undefined, { style: "unit", unit: "second", maximumFractionDigits: 0 });
const times = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const dayTime = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** Every digit counts: Intl takes texts of any length. */
const textOf = (value: Decimal): `${number}` => value.toFixed() as `${number}`;

/** A price: as many decimals as its size makes sense of. */
export function price(value: Decimal): string {
  const size = value.abs();
  return (size.gte(1000) ? cents : size.gte(1) ? middling : fine).format(textOf(value));
}

/** An amount of USDT, in cents. */
export const money = (value: Decimal): string => cents.format(textOf(value));

export const signedMoney = (value: Decimal): string => signedCents.format(textOf(value));

/** A quantity of anything, all its digits. */
export const quantity = (value: Decimal): string => free.format(textOf(value));

/** Of a value that is in percent already. */
export const percent = (value: Decimal): string => signedPercent.format(value.div(100).toNumber());

/** Such as 1.2 M. */
export const compact = (value: Decimal): string => rough.format(value.toNumber());

export const milliseconds = (value: number): string => thousandths.format(value);

/** How long ago, from milliseconds. */
export const age = (value: number): string => seconds.format(Math.max(0, Math.round(value / 1000)));

export const factor = (value: number): string => times.format(value);

export const count = (value: number): string => free.format(value);

export const timeOfDay = (value: Date): string => clockTime.format(value);

export const moment = (value: Date): string => dayTime.format(value);

const hours = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

export const shortTime = (value: Date): string => hours.format(value);

export const shortDay = (value: Date): string => days.format(value);
