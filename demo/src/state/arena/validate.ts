// What a person may set, and why something else is refused.
import { Decimal } from "agentexchange";
import { LIMITS, STRATEGIES, type Field } from "./strategies.ts";
import { KINDS, type AgentSettings, type ArenaSettings } from "./types.ts";

export const MIN_AGENTS = 2;
export const MAX_AGENTS = 6;
export const MAX_PAIRS = 5;
export const MAX_NAME = 30;
export const MAX_SEED = 1_000_000;
/** Minutes between two decisions. */
export const PERIODS = [1, 5, 15, 60] as const;

/** Why a number does not suit a field; empty if it does. `format` writes numbers for a person. */
export function fieldProblem({ min, max, whole }: Field, value: Decimal, format: (value: Decimal) => string): string {
  if (value.lt(min) || value.gt(max)) return `From ${format(new Decimal(min))} to ${format(new Decimal(max))}.`;
  return whole === true && !value.isInteger() ? "A whole number." : "";
}

/** Why pairs cannot be traded; empty if they can. */
export function pairsProblem(pairs: readonly string[], known: readonly string[]): string {
  if (pairs.length === 0) return "Enter at least one pair.";
  if (pairs.length > MAX_PAIRS) return `At most ${MAX_PAIRS} pairs.`;
  if (new Set(pairs).size < pairs.length) return "Each pair once.";
  const unknown = known.length === 0 ? undefined : pairs.find((pair) => !known.includes(pair));
  return unknown === undefined ? "" : `${unknown} is not listed here.`;
}

export function readPairs(text: string): readonly string[] {
  return text
    .toUpperCase()
    .split(/[\s,;]+/u)
    .filter((pair) => pair !== "");
}

/** Why a strategy does not take its values together; empty if it does. */
export function strategyProblem(settings: AgentSettings): string {
  try {
    STRATEGIES[settings.kind].make(settings, 0);
    return "";
  } catch (error) {
    return (error as Error).message.replace(/^\w+: /, "");
  }
}

/** Settings that were stored, if they still make sense. */
export function acceptSettings(stored: unknown): ArenaSettings | undefined {
  if (typeof stored !== "object" || stored === null) return undefined;
  const { seed, period, agents } = stored as Partial<ArenaSettings>;
  const isSeed = Number.isSafeInteger(seed) && Number(seed) >= 0 && Number(seed) <= MAX_SEED;
  if (!isSeed || !PERIODS.some((minutes) => minutes * 60_000 === period)) return undefined;
  if (!Array.isArray(agents) || agents.length < MIN_AGENTS || agents.length > MAX_AGENTS) return undefined;
  return agents.every((agent) => isAgent(agent)) ? (stored as ArenaSettings) : undefined;
}

function isAgent(stored: unknown): stored is AgentSettings {
  if (typeof stored !== "object" || stored === null) return false;
  const { name, kind, pairs, values, limits } = stored as Partial<AgentSettings>;
  if (typeof name !== "string" || name === "" || name.length > MAX_NAME) return false;
  const known = KINDS.find((one) => one === kind);
  if (known === undefined || !Array.isArray(pairs) || pairsProblem(pairs, []) !== "") return false;
  if (!pairs.every((pair) => typeof pair === "string" && /^[A-Z0-9]{1,20}$/.test(pair))) return false;
  const areValid = (fields: readonly Field[], given: unknown): boolean =>
    fields.every((field) => {
      const value = (given as Readonly<Record<string, unknown>> | undefined)?.[field.name];
      return (
        typeof value === "string" &&
        /^\d+(\.\d+)?$/.test(value) &&
        fieldProblem(field, new Decimal(value), String) === ""
      );
    });
  if (!areValid(STRATEGIES[known].fields, values) || !areValid(LIMITS, limits)) return false;
  return strategyProblem(stored as AgentSettings) === "";
}
