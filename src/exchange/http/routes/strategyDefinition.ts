import { toDecimal28 } from "../../base/amount.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";
import type { Definition } from "../../engine/strategies/model.ts";
import { INTERVAL_NAMES } from "../../time/units.ts";
import { MAX_ISSUES, type Issue } from "../issues.ts";
import {
  anyObject,
  boolean,
  decimalBetween,
  float,
  ifPresent,
  integer,
  issuesOf,
  list,
  nested,
  object,
  oneOf,
  optional,
  string,
  type Field,
} from "../schema/index.ts";
import { truncateIssues } from "../truncate.ts";

const DOCUMENTATION = "https://errors.pydantic.dev/2.13/v";

const entryConditions = object({
  rsiBelow: optional(float),
  rsiAbove: optional(float),
  macdCrossAbove: optional(boolean),
  macdCrossBelow: optional(boolean),
  priceAboveSma: optional(integer()),
  priceBelowSma: optional(integer()),
  priceAboveEma: optional(integer()),
  priceBelowEma: optional(integer()),
  bbBelowLower: optional(boolean),
  bbAboveUpper: optional(boolean),
  adxAbove: optional(float),
  volumeAboveMa: optional(float),
});

const exitConditions = object({
  stopLossPct: optional(percent(100)),
  takeProfitPct: optional(percent(1000)),
  trailingStopPct: optional(percent(100)),
  maxHoldCandles: optional(integer({ min: 1 })),
  rsiAbove: optional(float),
  rsiBelow: optional(float),
  macdCrossBelow: optional(boolean),
});

const definitionSchema = object({
  pairs: list(string(), { min: 1 }),
  timeframe: ifPresent(oneOf(INTERVAL_NAMES)),
  entryConditions: ifPresent(nested(entryConditions, "model_type")),
  exitConditions: ifPresent(nested(exitConditions, "model_type")),
  maxPositions: ifPresent(integer({ min: 1, max: 50 })),
  filters: ifPresent(anyObject),
  modelType: ifPresent(oneOf(["rule_based", "ml", "rl"])),
  modelReference: optional(string()),
});

const size = decimalBetween(toDecimal28(1), toDecimal28(100));
const sizeSchema = object({
  positionSizePct: ifPresent<unknown>((input) =>
    input.value === null ? input.issue("decimal_type", "Decimal input expected") : size(input),
  ),
});

function percent(max: number): Field<number> {
  return (input) => {
    const value = float(input);
    if (typeof value !== "number") return value;
    if (value < 0) return input.issue("greater_than_equal", "Input should be greater than or equal to 0", { ge: 0 });
    if (value > max) return input.issue("less_than_equal", `Input should be less than or equal to ${max}`, { le: max });
    return value;
  };
}

/** Rejects a definition that the platform would reject. A valid one is stored exactly as it was sent. */
export function checkDefinition(state: ExchangeState, definition: Definition): void {
  const issues = issuesOf(definitionSchema, definition, state);
  const sizeIssues = issuesOf(sizeSchema, definition, state);
  const hasBlankPairs = issues.length === 0 && isBlank(definition["pairs"]);
  // The platform crashes while it formats these issues.
  const isOutOfRange = sizeIssues.some((issue) => issue.type.endsWith("_equal"));
  if (state.quirks.definitionGapsCrash && (hasBlankPairs || isOutOfRange)) throw crash();
  const all = [...issues, ...sizeIssues, ...(hasBlankPairs ? [blankPairs(definition)] : [])];
  if (all.length === 0) return;
  const count = all.length > MAX_ISSUES ? `more than ${MAX_ISSUES}` : all.length;
  const errors = all.map(({ type, loc, msg, input, ctx }) => ({
    type,
    loc: loc.slice(1),
    msg,
    input,
    ctx,
    url: `${DOCUMENTATION}/${type}`,
  }));
  throw new Rejection("VALIDATION_ERROR", `Invalid strategy definition: ${count} validation error(s)`, {
    errors: truncateIssues(errors),
  });
}

function isBlank(pairs: unknown): boolean {
  return Array.isArray(pairs) && pairs.every((pair) => String(pair).trim() === "");
}

function blankPairs({ pairs: input }: Definition): Issue {
  const msg = "Value error, at least one pair must be named";
  return { type: "value_error", loc: ["body", "pairs"], msg, input, ctx: { error: {} } };
}
