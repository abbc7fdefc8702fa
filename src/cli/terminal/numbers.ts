import type { Decimal } from "../../wire/decimal.ts";
import type { Cell } from "./table.ts";

/** Inserts commas between thousands. Works on the string, so it is exact for any number of digits. */
export function groupThousands(plain: string): string {
  const [whole = "", decimals] = plain.split(".");
  const groups = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return decimals === undefined ? groups : `${groups}.${decimals}`;
}

/** A price: all of its digits, at least two decimals. */
export function formatPrice(price: Decimal): string {
  return groupThousands(price.toFixed(Math.max(2, price.decimalPlaces())));
}

/** An amount in USDT, to the cent. */
export function formatMoney(amount: Decimal): string {
  return groupThousands(amount.toFixed(2));
}

/** A quantity: all of its digits, no zeros at its end. */
export function formatQuantity(quantity: Decimal): string {
  return groupThousands(quantity.toFixed());
}

/** A volume: fewer digits the larger it is. */
export function formatVolume(volume: Decimal): string {
  return groupThousands(volume.toFixed(volume.lt(1000) ? 2 : 0));
}

/** A change with its sign, an arrow and a colour. */
export function changeCell(exact: Decimal, unit: "%" | "" = "%"): Cell {
  const change = exact.toDecimalPlaces(2);
  const sign = change.isPositive() && !change.isZero() ? "+" : "";
  const arrow = change.isZero() ? "=" : change.isPositive() ? "▲" : "▼";
  const text = `${arrow} ${sign}${groupThousands((change.isZero() ? change.abs() : change).toFixed(2))}${unit}`;
  return [text, change.isZero() ? undefined : change.isPositive() ? "green" : "red"];
}

/** `2026-11-27 18:30:00`, in UTC. */
export function formatTime(time: Date): string {
  return time.toISOString().slice(0, 19).replace("T", " ");
}

/** `350 ms`, `2.4 s`, `3 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")} min`;
}
