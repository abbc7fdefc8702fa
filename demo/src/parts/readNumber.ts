// Reads numbers as people write them in their language. A number that can be read in two ways is not guessed.
import { Decimal } from "agentexchange";

/** The result of reading a number. */
export type Reading =
  | { readonly kind: "empty" }
  | { readonly kind: "number"; readonly value: Decimal }
  /** The two numbers that it can mean, formatted in the locale. */
  | { readonly kind: "ambiguous"; readonly readings: readonly [string, string] }
  | { readonly kind: "invalid" };

/** How a locale writes numbers. */
export interface NumberStyle {
  readonly read: (text: string) => Reading;
  /** As one would type it: without groups. */
  readonly write: (value: Decimal) => string;
}

interface Separators {
  readonly decimal: string;
  readonly group: string;
}

const INVALID: Reading = { kind: "invalid" };
/** Longer numbers are no amounts. */
const MAX_DIGITS = 30;
/** Spaces of all kinds and the apostrophes that separate groups, as one sign each. */
const SPACES = /[\s\u00a0\u2009\u202f]/gu;
const APOSTROPHES = /['\u2019]/gu;
/** Marks that set the direction of writing; they are not part of the number. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f]/gu;

/** Reads numbers by the rules of a locale; default the browser's. */
export function numberStyle(locale?: string): NumberStyle {
  const format = new Intl.NumberFormat(locale, { useGrouping: "always", maximumFractionDigits: 20 });
  const digits = new Map(Array.from({ length: 10 }, (_, digit) => [digitOf(locale, digit), String(digit)]));
  const parts = format.formatToParts(1_234_567.8);
  const partOf = (type: string, otherwise: string): string =>
    unify(parts.find((part) => part.type === type)?.value ?? otherwise);
  const decimal = partOf("decimal", ".");
  const own: Separators = { decimal, group: partOf("group", decimal === "." ? "," : ".") };
  // The other way of writing that people use: point and comma in each other's place.
  const other: Separators = decimal === "." ? { decimal: ",", group: "." } : { decimal: ".", group: "," };
  // 12,34,567 is how India groups; only there it is a number.
  const lengths = new Set(
    parts
      .filter(({ type }) => type === "integer")
      .slice(1, -1)
      .map(({ value }) => Array.from(value).length),
  );
  const inner = lengths.has(2) ? "{2}" : "{3}";

  function plainBy({ decimal: point, group }: Separators, text: string, innerGroup = "{3}"): string | null {
    const [whole = "", fraction, ...rest] = text.split(point);
    if (rest.length > 0 || (whole === "" && fraction === undefined)) return null;
    const grouped = new RegExp(
      `^[1-9]\\d{0,2}(?:${escapePattern(group)}\\d${innerGroup})*${escapePattern(group)}\\d{3}$`,
    );
    if (!/^\d*$/.test(whole) && !grouped.test(whole)) return null;
    if (fraction !== undefined && !/^\d*$/.test(fraction)) return null;
    const integer = whole.replaceAll(group, "");
    return integer === "" && (fraction ?? "") === "" ? null : `${integer || "0"}.${fraction ?? ""}`;
  }

  const shown = (plain: string): string => format.format(plain.replace(/\.$/, "") as `${number}`);
  const number = (plain: string): Reading => ({ kind: "number", value: new Decimal(plain.replace(/\.$/, "")) });

  const typed = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 20 });
  return {
    write: (value) => typed.format(value.toFixed() as `${number}`),
    read(written) {
      const text = Array.from(
        unify(written.replaceAll(DIRECTION_MARKS, "").trim()),
        (sign) => digits.get(sign) ?? sign,
      ).join("");
      if (text === "") return { kind: "empty" };
      if (text.replaceAll(/\D/g, "").length > MAX_DIGITS) return INVALID;
      const plain = plainBy(own, text, inner);
      if (plain !== null) return number(plain);
      const reversed = plainBy(other, text);
      if (reversed === null) return INVALID;
      // With both separators, several groups, or a zero in front, there is no second way to read it. Nor is there with a
      // point where the locale has two other signs, as Arabic has: only its comma can be one or the other.
      const separators = text.match(/[^\d]/g) ?? [];
      const isPoint = separators[0] === "." && !",.".includes(decimal);
      if (separators.length > 1 || text.startsWith("0") || isPoint) return number(reversed);
      return {
        kind: "ambiguous",
        readings: [shown(text.replace(/\D/, ".")), shown(text.replaceAll(/\D/g, ""))],
      };
    },
  };
}

/** Why the input is not a number, for display; null if it is valid or empty. */
export function problemOf(reading: Reading, text: string): string | null {
  if (reading.kind === "invalid") return `“${text}” is not a number.`;
  if (reading.kind !== "ambiguous") return null;
  const [first, second] = reading.readings;
  return `“${text}” can mean ${first} or ${second}. Write it without thousands separators.`;
}

/** A whole number from 0 to `max`, or what is wrong with the text. */
export function readWhole({ read, write }: NumberStyle, text: string, max: number): number | string {
  const reading = read(text);
  const value = reading.kind === "number" ? reading.value : null;
  if (value?.isInteger() === true && value.gte(0) && value.lte(max)) return value.toNumber();
  return problemOf(reading, text) ?? `Enter a whole number from 0 to ${write(new Decimal(max))}.`;
}

const unify = (text: string): string => text.replaceAll(SPACES, " ").replaceAll(APOSTROPHES, "'");

const digitOf = (locale: string | undefined, digit: number): string =>
  new Intl.NumberFormat(locale, { useGrouping: false }).format(digit);

const escapePattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
