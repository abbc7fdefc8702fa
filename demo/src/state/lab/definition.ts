// A strategy's definition: the fields of its form, and what is wrong with it. Both come from the package's own rules.
import * as v from "valibot";
import type { StrategyDefinition } from "agentexchange";
import { operation, type JsonSchema } from "agentexchange/tools";
import { strategyDefinition } from "../../../../src/endpoints/strategies/definitionInput.ts";
import { lineOf, placeOf, readJson, type JsonText } from "./jsonText.ts";

/** One field of the form. */
export interface Field {
  /** Such as `exit_conditions.stop_loss_pct`. */
  readonly path: string;
  readonly label: string;
  /** From the schema; empty if it has none. */
  readonly hint: string;
  readonly kind: "number" | "flag" | "choice" | "pairs";
  readonly options: readonly string[];
}

/** Something to correct (`error`) or to know (`warning`). */
export interface Problem {
  readonly kind: "error" | "warning";
  /** Empty if it concerns the whole text. */
  readonly path: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
  readonly offset: number;
}

/** The parsed JSON and its problems. */
export interface CheckedText {
  /** The document, valid or not; null if the text is not a JSON object. */
  readonly document: Readonly<Record<string, unknown>> | null;
  /** Null unless valid. */
  readonly definition: StrategyDefinition | null;
  readonly problems: readonly Problem[];
}

export const SCHEMA: JsonSchema = propertiesOf(operation("createStrategy")?.inputSchema)["definition"] ?? {};

/** What only the JSON has: the exchange stores it without using it. */
const ONLY_STORED = new Set(["filters", "model_type", "model_reference"]);
/** Words of the schema's keys that are written otherwise. */
const WORDS: Readonly<Record<string, string>> = {
  rsi: "RSI",
  macd: "MACD",
  sma: "SMA, candles",
  ema: "EMA, candles",
  bb: "Bollinger",
  adx: "ADX",
  ma: "mean",
  pct: "%",
};

const GROUPS = ["entry_conditions", "exit_conditions"] as const;
export type Group = "" | (typeof GROUPS)[number];

/** The fields of each group, in the schema's order. */
export const FIELDS: Readonly<Record<Group, readonly Field[]>> = {
  "": fieldsOf("", SCHEMA),
  entry_conditions: fieldsOf("entry_conditions", propertiesOf(SCHEMA)["entry_conditions"]),
  exit_conditions: fieldsOf("exit_conditions", propertiesOf(SCHEMA)["exit_conditions"]),
};

function propertiesOf(schema: JsonSchema | undefined): Readonly<Record<string, JsonSchema>> {
  return (schema?.["properties"] ?? {}) as Readonly<Record<string, JsonSchema>>;
}

function fieldsOf(group: Group, schema: JsonSchema | undefined): readonly Field[] {
  return Object.entries(propertiesOf(schema)).flatMap(([key, property]) => {
    const kind = kindOf(property);
    if (kind === undefined || ONLY_STORED.has(key)) return [];
    return {
      path: group === "" ? key : `${group}.${key}`,
      label: labelOf(key),
      hint: typeof property["description"] === "string" ? property["description"] : "",
      kind,
      options: (property["enum"] ?? []) as readonly string[],
    };
  });
}

function kindOf(schema: JsonSchema): Field["kind"] | undefined {
  if (schema["enum"] !== undefined) return "choice";
  switch (schema["type"]) {
    case "array":
      return "pairs";
    case "boolean":
      return "flag";
    case "number":
    case "integer":
      return "number";
    default:
      return undefined;
  }
}

/** `stop_loss_pct` is “Stop loss, %”. */
function labelOf(key: string): string {
  const words = key.split("_").map((word) => WORDS[word] ?? word);
  const text = words.join(" ").replace(" %", ", %");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Checks a text against the rules that the client and the exchange apply, and names what would have no effect. */
export function checkText(text: string, listed: readonly string[] = []): CheckedText {
  const json = readJson(text);
  if (json.problem !== null) {
    const { message, offset } = json.problem;
    const problem: Problem = { kind: "error", path: "", message, offset, line: lineOf(text, offset) };
    return { document: null, definition: null, problems: [problem] };
  }
  const result = v.safeParse(strategyDefinition, json.value);
  // Of several faults of one value, the first is enough.
  const faults = new Map<string, string>();
  for (const { path, message } of result.issues ?? []) {
    const key = (path ?? []).map((item) => String(item.key)).join(".");
    if (!faults.has(key)) faults.set(key, message);
  }
  const errors = [...faults].map(([path, message]) => toProblem(text, json, "error", path, message));
  const warnings = result.success ? warningsOf(result.output, listed) : [];
  return {
    document: isObject(json.value) ? json.value : null,
    definition: result.success ? result.output : null,
    problems: [
      ...errors,
      ...warnings.map(([path, message, kind = "warning"]) => toProblem(text, json, kind, path, message)),
    ].toSorted((a, b) => a.offset - b.offset),
  };
}

type Warning = readonly [path: string, message: string, kind?: Problem["kind"]];

/** What is valid, but surely not meant. */
function warningsOf(definition: StrategyDefinition, listed: readonly string[]): readonly Warning[] {
  const found: Warning[] = [];
  definition.pairs.forEach((pair, index) => {
    if (listed.length > 0 && !listed.includes(pair))
      found.push([`pairs.${index}`, `${pair} is not listed here.`, "error"]);
  });
  const unknown = (path: string, value: unknown, schema: JsonSchema | undefined): void => {
    const known = propertiesOf(schema);
    for (const key of Object.keys(isObject(value) ? value : {}))
      if (!Object.hasOwn(known, key))
        found.push([path + key, "is not in the schema: it is stored and has no effect, or never holds"]);
  };
  unknown("", definition, SCHEMA);
  for (const group of GROUPS) unknown(`${group}.`, definition[group], propertiesOf(SCHEMA)[group]);
  if (conditionsIn(definition.entry_conditions) === 0)
    found.push(["entry_conditions", "has no condition, so the strategy never buys"]);
  if (typeof definition.entry_conditions?.volume_above_ma === "number")
    found.push(["entry_conditions.volume_above_ma", "never holds in a backtest: backtests have no volumes"]);
  if (definition.model_type !== undefined && definition.model_type !== "rule_based")
    found.push(["model_type", "only rules can be tested here; the model is not run"]);
  return found;
}

const conditionsIn = (conditions: unknown): number =>
  isObject(conditions) ? Object.values(conditions).filter((value) => value !== null && value !== false).length : 0;

function toProblem(text: string, json: JsonText, kind: Problem["kind"], path: string, message: string): Problem {
  const offset = placeOf(json, path);
  return { kind, path, message, offset, line: lineOf(text, offset) };
}

/** The value at a path. */
export function valueAt(document: Readonly<Record<string, unknown>> | null, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), document);
}

/** The document with another value at a path; `undefined` removes it. Everything else stays, in its order. */
export function withValue(
  document: Readonly<Record<string, unknown>>,
  path: string,
  value: unknown,
): Readonly<Record<string, unknown>> {
  const [key = "", ...rest] = path.split(".");
  const inner = document[key];
  const next = rest.length === 0 ? value : withValue(isObject(inner) ? inner : {}, rest.join("."), value);
  if (next !== undefined) return { ...document, [key]: next };
  const { [key]: _, ...others } = document;
  return others;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** As it is shown and edited. */
export const textOf = (document: object): string => JSON.stringify(document, null, 2);
