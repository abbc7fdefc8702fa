import * as v from "valibot";

/** `amount` is greater than `min` and less than `max`; all others include both. */
type Range = "amount" | "amountWithin" | "share" | "integer" | "number" | "string";

/**
 * What a rule accepts, as data: valibot's own rules can be read, but not the functions inside custom ones. JSON Schemas
 * are made from it, so that they cannot differ from the rules.
 */
export type Shown =
  | { readonly is: Range; readonly min: number; readonly max: number }
  | { readonly is: "pattern"; readonly pattern: RegExp }
  | { readonly is: "uuid" | "timestamp" | "url" | "object" };

/** Adds to a rule what it accepts. */
// @__NO_SIDE_EFFECTS__
export function show<Rule extends object>(rule: Rule, shown: Shown): Rule {
  return Object.assign(rule, { shown });
}

/** A step of a pipe that says, as JSON Schema, what the check before it accepts. */
// @__NO_SIDE_EFFECTS__
export function showCondition<Input>(schema: object): v.MetadataAction<Input, { readonly condition: object }> {
  return v.metadata({ condition: schema });
}

/** The schema of a {@link showCondition}; undefined for any other step. */
export function conditionOf(step: object): object | undefined {
  return "metadata" in step ? (step.metadata as { readonly condition?: object }).condition : undefined;
}

/** What a rule says about itself; undefined for valibot's own rules. */
export function shownBy(rule: object): Shown | undefined {
  return "shown" in rule ? (rule.shown as Shown) : undefined;
}
