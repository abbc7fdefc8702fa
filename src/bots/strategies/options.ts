import { amountWithin } from "../../endpoints/inputs/index.ts";
import { invalid } from "../../endpoints/index.ts";
import type { ValidationIssue } from "../../errors/index.ts";
import { Exact, suggestion, type Decimal } from "../../wire/index.ts";
import * as v from "valibot";

/** Reads the options of a strategy and collects what is wrong with them. */
export interface OptionReader {
  amount(field: string, value: unknown): Decimal;
  /** More than 0 and at most 100. */
  percent(field: string, value: unknown): Decimal;
  whole(field: string, value: unknown, min: number, max: number): number;
  report(field: string, message: string): void;
  /** @throws ValidationError that names every problem */
  check(): void;
}

/** @param known the names of all options: a misspelt one must not be ignored */
export function readOptions(strategy: string, given: object, known: readonly string[]): OptionReader {
  const issues: ValidationIssue[] = [];
  const report = (field: string, message: string): void => void issues.push({ field, message });
  const decimal = (field: string, value: unknown, max: number): Decimal => {
    const result = v.safeParse(amountWithin(0, max), value);
    if (!result.success) report(field, result.issues[0].message);
    const number = new Exact(result.success ? result.output : 1);
    if (number.isZero()) report(field, "must be greater than 0");
    return number;
  };
  for (const name of Object.keys(given))
    if (!known.includes(name))
      report(name, `is not a known option. ${suggestion(name, known) ?? `Expected ${known.join(", ")}`}`);
  return {
    amount: (field, value) => decimal(field, value, 1e12),
    percent: (field, value) => decimal(field, value, 100),
    whole(field, value, min, max) {
      if (typeof value === "number" && Number.isSafeInteger(value) && value >= min && value <= max) return value;
      report(field, `must be a whole number from ${min} to ${max}`);
      return min;
    },
    report,
    check() {
      if (issues.length > 0) throw invalid(strategy, issues);
    },
  };
}
