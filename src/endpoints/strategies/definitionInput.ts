import * as v from "valibot";
import { INTERVAL_NAMES, snakeCase } from "../../wire/index.ts";
import { flag, jsonObject, listOf, oneOf, optional, show, showCondition } from "../inputs/index.ts";
import type { Same } from "../endpoint.ts";
import type { EntryConditions, ExitConditions, StrategyDefinition } from "./definition.ts";

type Schema<Input> = v.GenericSchema<Input>;

/** The platform also accepts numbers as strings here. */
// @__NO_SIDE_EFFECTS__
function numeric(min: number, max: number, whole = false): Schema<number> {
  const kind = whole ? "a whole number" : "a number";
  const range =
    min === Number.NEGATIVE_INFINITY
      ? ""
      : max === Number.POSITIVE_INFINITY
        ? ` of at least ${min}`
        : ` from ${min} to ${max}`;
  const isAccepted = (value: unknown): boolean => {
    const figure = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    return (
      typeof figure === "number" &&
      Number.isFinite(figure) &&
      figure >= min &&
      figure <= max &&
      (!whole || Number.isInteger(figure))
    );
  };
  const rule = v.custom<number>(isAccepted, `must be ${kind}${range}`);
  return show(rule, { is: whole ? "integer" : "number", min, max });
}

/** A condition may be omitted or null. */
// @__NO_SIDE_EFFECTS__
function condition<Input>(schema: Schema<Input>): v.NullishSchema<Schema<Input>, undefined> {
  return v.nullish(schema);
}

const anyNumber = numeric(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
const anyWholeNumber = numeric(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, true);

const anyObject = show(
  v.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    "must be an object",
  ),
  { is: "object" },
);

const entryConditions: Schema<EntryConditions> = document("entry_conditions", {
  rsi_below: condition(anyNumber),
  rsi_above: condition(anyNumber),
  macd_cross_above: condition(flag),
  macd_cross_below: condition(flag),
  price_above_sma: condition(anyWholeNumber),
  price_below_sma: condition(anyWholeNumber),
  price_above_ema: condition(anyWholeNumber),
  price_below_ema: condition(anyWholeNumber),
  bb_below_lower: condition(flag),
  bb_above_upper: condition(flag),
  adx_above: condition(anyNumber),
  volume_above_ma: condition(anyNumber),
});

const exitConditions: Schema<ExitConditions> = document("exit_conditions", {
  stop_loss_pct: condition(numeric(0, 100)),
  take_profit_pct: condition(numeric(0, 1000)),
  trailing_stop_pct: condition(numeric(0, 100)),
  max_hold_candles: condition(numeric(1, Number.POSITIVE_INFINITY, true)),
  rsi_above: condition(anyNumber),
  rsi_below: condition(anyNumber),
  macd_cross_below: condition(flag),
});

const positionSize: Schema<number | string> = numeric(1, 100);
const anyString = v.string("must be a string");

/** Validated here, because the platform responds to some invalid definitions with an internal error. */
export const strategyDefinition: Schema<StrategyDefinition> = document(
  "a definition",
  {
    pairs: v.pipe(
      listOf(anyString, "symbols", 1),
      v.check((pairs) => pairs.some((pair) => pair.trim() !== ""), "must contain at least one symbol"),
      showCondition({ contains: { pattern: "\\S" } }),
    ),
    timeframe: optional(oneOf(INTERVAL_NAMES)),
    entry_conditions: optional(entryConditions),
    exit_conditions: optional(exitConditions),
    position_size_pct: optional(positionSize),
    max_positions: optional(numeric(1, 50, true)),
    filters: optional(jsonObject),
    model_type: optional(oneOf(["rule_based", "ml", "rl"])),
    model_reference: v.nullish(anyString),
  },
  jsonObject,
);

/** The declared keys of a document, without its index signature. */
type Known<Document> = { [Key in keyof Document as string extends Key ? never : Key]: Document[Key] };

/** An object with the document's known keys and any others, except a known key in camelCase, which would have no effect. */
// @__NO_SIDE_EFFECTS__
function document<Entries extends v.ObjectEntries, Document = v.InferInput<v.ObjectSchema<Entries, undefined>>>(
  name: string,
  entries: Entries & EntriesOf<Document, Entries>,
  object: Schema<Readonly<Record<string, unknown>>> = anyObject,
): Schema<Document> {
  return v.pipe(
    object,
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      for (const key of Object.keys(dataset.value)) {
        if (key in entries || !(snakeCase(key) in entries)) continue;
        addIssue({ message: `must use the key "${snakeCase(key)}" instead of "${key}"` });
      }
    }),
    v.looseObject(entries, "is required"),
  ) as unknown as Schema<Document>;
}

/** Entries that accept exactly the document's known keys. */
type EntriesOf<Document, Entries extends v.ObjectEntries> =
  Same<v.InferInput<v.ObjectSchema<Entries, undefined>>, Known<Document>> extends true
    ? unknown
    : { readonly problem: "The entries are not those of the document." };
