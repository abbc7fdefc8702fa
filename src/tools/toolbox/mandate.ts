import { amountWithin } from "../../endpoints/inputs/index.ts";
import { invalid } from "../../endpoints/index.ts";
import type { ValidationIssue } from "../../errors/index.ts";
import { Exact, parseInstant, suggestion, type Decimal } from "../../wire/index.ts";
import type { Mandate } from "../types.ts";
import * as v from "valibot";

/** A mandate that has been checked and copied, so that changing the caller's object changes no limit. */
export interface CheckedMandate {
  readonly given: Mandate;
  readonly symbols: ReadonlySet<string>;
  readonly maxOrder: Decimal | undefined;
  readonly maxPerDay: Decimal | undefined;
  readonly maxOrdersPerDay: number | undefined;
  readonly maxExposure: Decimal | undefined;
  readonly maxDrawdownPct: Decimal | undefined;
  /** Unix milliseconds. */
  readonly until: number;
}

const FIELDS: readonly string[] = [
  "symbols",
  "maxOrder",
  "maxPerDay",
  "maxOrdersPerDay",
  "maxExposure",
  "maxDrawdownPct",
  "until",
] satisfies readonly (keyof Mandate)[];

const usdt = amountWithin(0, 1e12);
const percent = amountWithin(0, 100);

/** @throws ValidationError that names every invalid field: a misspelt limit must not be ignored */
export function checkMandate(mandate: Mandate): CheckedMandate {
  const issues: ValidationIssue[] = [];
  const report = (field: string, message: string): void => void issues.push({ field: `mandate.${field}`, message });
  for (const field of Object.keys(mandate))
    if (!FIELDS.includes(field))
      report(field, ["is not a known limit.", suggestion(field, FIELDS) ?? `Expected ${FIELDS.join(", ")}`].join(" "));

  const amountOf = (field: "maxOrder" | "maxPerDay" | "maxExposure" | "maxDrawdownPct"): Decimal | undefined => {
    const value = mandate[field];
    if (value === undefined) return undefined;
    const result = v.safeParse(field === "maxDrawdownPct" ? percent : usdt, value);
    if (result.success) return new Exact(result.output);
    report(field, result.issues[0].message);
    return undefined;
  };

  const { maxOrdersPerDay } = mandate;
  if (maxOrdersPerDay !== undefined && !(Number.isSafeInteger(maxOrdersPerDay) && maxOrdersPerDay >= 0))
    report("maxOrdersPerDay", "must be a whole number of at least 0");
  const until = typeof mandate.until === "string" ? parseInstant(mandate.until) : Number.NaN;
  if (Number.isNaN(until)) report("until", 'must be a time with a time zone, such as "2026-12-31T00:00:00Z"');
  const symbols: unknown = mandate.symbols;
  const areSymbols = Array.isArray(symbols) && symbols.length > 0 && symbols.every(isSymbol);
  if (!areSymbols) report("symbols", 'must be a list of symbols without separators, such as ["BTCUSDT"]');
  const checked: CheckedMandate = {
    given: Object.freeze({ ...mandate, symbols: areSymbols ? Object.freeze([...mandate.symbols]) : [] }),
    symbols: new Set(areSymbols ? mandate.symbols.map((symbol) => symbol.toUpperCase()) : []),
    maxOrder: amountOf("maxOrder"),
    maxPerDay: amountOf("maxPerDay"),
    maxOrdersPerDay,
    maxExposure: amountOf("maxExposure"),
    maxDrawdownPct: amountOf("maxDrawdownPct"),
    until,
  };
  if (checked.maxDrawdownPct?.isZero() === true) report("maxDrawdownPct", "must be greater than 0");
  if (issues.length > 0) throw invalid("createToolbox", issues);
  return checked;
}

function isSymbol(value: unknown): boolean {
  return typeof value === "string" && /^[A-Za-z0-9]{1,20}$/.test(value);
}
