import * as v from "valibot";
import type { Schema } from "./object.ts";
import { showCondition } from "./shown.ts";
import { symbol } from "./strings.ts";

/** An array of `min` to `max` items, without `max` of at least `min`. `items` names them in messages. */
// @__NO_SIDE_EFFECTS__
export function listOf<Input, Output>(
  item: Schema<Input, Output>,
  items: string,
  min: number,
  max: number = Number.POSITIVE_INFINITY,
): Schema<readonly Input[], readonly Output[]> {
  const least = min > 1 ? `must contain at least ${min} ${items}` : "must not be empty";
  const problem = max === Number.POSITIVE_INFINITY ? least : `must contain ${min} to ${max} ${items}`;
  const bounds = { minItems: min, ...(Number.isFinite(max) && { maxItems: max }) };
  return v.pipe(
    v.array(item, `must be an array of ${items}`),
    v.check(({ length }) => length >= min && length <= max, problem),
    showCondition(bounds),
  );
}

/** A list in a query string, separated by commas. */
// @__NO_SIDE_EFFECTS__
export function commaSeparated<Input>(
  items: Schema<readonly Input[], readonly string[]>,
): Schema<readonly Input[], string> {
  return v.pipe(
    items,
    v.transform((list) => list.join(",")),
  );
}

/** Symbols in a query string. An empty list means all symbols on one path and none on another, so it is rejected. */
export const symbols: Schema<readonly string[], string> = commaSeparated(listOf(symbol, "symbols", 1));
