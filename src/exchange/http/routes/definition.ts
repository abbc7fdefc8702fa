import { crash, Rejection } from "../../base/rejection.ts";
import type { Definition } from "../../engine/strategies/model.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { toDecimal28 } from "../../base/amount.ts";
import { readDecimal, readFloat, readList } from "../fields.ts";
import { FieldReader } from "../read.ts";
import type { Issue } from "../reply.ts";
import { MOST_ISSUES, shortIssues } from "../shortened.ts";

const LEAST_SIZE = toDecimal28(1);
const MOST_SIZE = toDecimal28(100);
const DOCUMENTATION = "https://errors.pydantic.dev/2.13/v";

type Check = (fields: FieldReader, name: string) => void;

const float: Check = readFloat;
const whole: Check = (fields, name) => void fields.integer(name, {});
const flag: Check = (fields, name) => void fields.flag(name);
const percent =
  (most: number): Check =>
  (fields, name) => {
    const value = readFloat(fields, name);
    if (value !== undefined && value < 0)
      fields.issue(name, "greater_than_equal", "Input should be greater than or equal to 0", { ge: 0 });
    else if (value !== undefined && value > most)
      fields.issue(name, "less_than_equal", `Input should be less than or equal to ${most}`, { le: most });
  };

const ENTRY: Readonly<Record<string, Check>> = {
  rsi_below: float,
  rsi_above: float,
  macd_cross_above: flag,
  macd_cross_below: flag,
  price_above_sma: whole,
  price_below_sma: whole,
  price_above_ema: whole,
  price_below_ema: whole,
  bb_below_lower: flag,
  bb_above_upper: flag,
  adx_above: float,
  volume_above_ma: float,
};

const EXIT: Readonly<Record<string, Check>> = {
  stop_loss_pct: percent(100),
  take_profit_pct: percent(1000),
  trailing_stop_pct: percent(100),
  max_hold_candles: (fields, name) => void fields.integer(name, { least: 1 }),
  rsi_above: float,
  rsi_below: float,
  macd_cross_below: flag,
};

/** The definition of a body; it is checked, and kept exactly as it was sent. */
export function readDefinition(body: FieldReader): Definition {
  if (!body.has("definition")) body.text("definition");
  return body.object("definition");
}

/** Refuses a definition that is not of the platform's form. */
export function checkDefinition(state: ExchangeState, definition: Definition): void {
  const issues: Issue[] = [];
  const fields = new FieldReader("body", definition, issues);
  const pairs = readList(fields, "pairs", 1, Number.POSITIVE_INFINITY, (item, index) => {
    if (typeof item === "string") return item.trim();
    fields.issue("pairs", "string_type", "Input should be a valid string", undefined, { at: [index], input: item });
    return undefined;
  });
  fields.oneOf("timeframe", ["1m", "5m", "15m", "1h", "4h", "1d"], "1h");
  checkConditions(definition, "entry_conditions", ENTRY, issues);
  checkConditions(definition, "exit_conditions", EXIT, issues);
  const sizeIssues: Issue[] = [];
  const sizes = new FieldReader("body", definition, sizeIssues);
  if (definition["position_size_pct"] === null)
    sizes.issue("position_size_pct", "decimal_type", "Decimal input expected");
  readDecimal(sizes, "position_size_pct", LEAST_SIZE, MOST_SIZE);
  fields.integer("max_positions", { least: 1, most: 50 }, 3);
  fields.object("filters");
  fields.oneOf("model_type", ["rule_based", "ml", "rl"], "rule_based");
  fields.optionalText("model_reference");

  // The platform fails while it writes down what is wrong with these two.
  const isBlank = issues.length === 0 && pairs.every((pair) => pair === "");
  const isOutOfRange = sizeIssues.some((issue) => issue.type.endsWith("_equal"));
  if (state.quirks.definitionGapsCrash && (isBlank || isOutOfRange)) throw crash();
  issues.push(...sizeIssues);
  if (isBlank) fields.issue("pairs", "value_error", "Value error, at least one pair must be named", { error: {} });
  if (issues.length === 0) return;
  const count = issues.length > MOST_ISSUES ? `more than ${MOST_ISSUES}` : issues.length;
  const errors = issues.map(({ type, loc, msg, input, ctx }) => ({
    type,
    loc: loc.slice(1),
    msg,
    input,
    ctx,
    url: `${DOCUMENTATION}/${type}`,
  }));
  throw new Rejection("VALIDATION_ERROR", `Invalid strategy definition: ${count} validation error(s)`, {
    errors: shortIssues(errors),
  });
}

function checkConditions(
  definition: Definition,
  name: string,
  checks: Readonly<Record<string, Check>>,
  issues: Issue[],
): void {
  const conditions = definition[name];
  if (conditions === undefined) return;
  if (typeof conditions !== "object" || conditions === null || Array.isArray(conditions)) {
    const msg = "Input should be a valid dictionary or object to extract fields from";
    issues.push({ type: "model_type", loc: ["body", name], msg, input: conditions });
    return;
  }
  const values = conditions as Readonly<Record<string, unknown>>;
  const found: Issue[] = [];
  const fields = new FieldReader("body", values, found);
  for (const [key, check] of Object.entries(checks))
    if (values[key] !== undefined && values[key] !== null) check(fields, key);
  for (const issue of found) issues.push({ ...issue, loc: ["body", name, ...issue.loc.slice(1)] });
}
