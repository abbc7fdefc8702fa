import { invalid } from "../../endpoints/index.ts";
import type { ValidationIssue } from "../../errors/index.ts";
import { suggestion } from "../../wire/index.ts";
import type { RunLimits } from "../types.ts";

const LIMITS = {
  requests: { usual: 50, min: 20 },
  time: { usual: 60_000, min: 30_000 },
  lease: { usual: 90_000, min: 10_000 },
} as const;

/** @throws ValidationError if a limit is unknown or too small for one order and its reconciliation */
export function checkLimits(limits: RunLimits = {}): { readonly [Name in keyof RunLimits]-?: number } {
  const issues: ValidationIssue[] = [];
  for (const name of Object.keys(limits))
    if (!Object.hasOwn(LIMITS, name))
      issues.push({
        field: `limits.${name}`,
        message: `is not a known limit. ${suggestion(name, Object.keys(LIMITS)) ?? "Expected requests, time or lease"}`,
      });
  const read = (name: keyof typeof LIMITS): number => {
    const { usual, min } = LIMITS[name];
    const value = limits[name] ?? usual;
    if (!(Number.isSafeInteger(value) && value >= min))
      issues.push({ field: `limits.${name}`, message: `must be a whole number of at least ${min}` });
    return value;
  };
  const checked = { requests: read("requests"), time: read("time"), lease: read("lease") };
  if (issues.length > 0) throw invalid("runTick", issues);
  return checked;
}
