import { Decimal } from "../../wire/index.ts";
import { html, type Html } from "./html.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A moment in UTC: `27 Nov, 21:05`. */
export function time(iso: string): Html {
  const date = new Date(iso);
  const clock = date.toISOString().slice(11, 16);
  return html`<time datetime="${iso}">${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ""}, ${clock}</time>`;
}

/** A decimal with separators of thousands; rounded to `digits` after the point, if they are given. */
export function amount(value: string, digits?: number): string {
  const text = digits === undefined ? value : new Decimal(value).toFixed(digits);
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ",").replace("-", "−");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** The same with a sign, which also shows as a colour. */
export function change(value: string, digits: number, unit = ""): Html {
  const rounded = new Decimal(value).toFixed(digits);
  const isZero = Number(rounded) === 0;
  const text = isZero ? amount("0", digits) : amount(rounded);
  if (isZero) return html`${text}${unit}`;
  return rounded.startsWith("-")
    ? html`<span class="down">${text}${unit}</span>`
    : html`<span class="up">+${text}${unit}</span>`;
}

/** A duration in milliseconds for people. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
