import * as v from "valibot";
import { AMOUNT_STEP, Decimal } from "../wire/index.ts";
import { shareWithin, type Amount } from "./inputs/index.ts";
import type { Pair } from "./market/getPairs.ts";
import { invalid } from "./validate.ts";

// At this precision the integer part of a quotient is exact. 28 digits, half even, could round up to one step too many.
const Exact = /* @__PURE__ */ Decimal.clone({ precision: 200, rounding: 1, toExpNeg: -9e15, toExpPos: 9e15 });

const finite = /* @__PURE__ */ shareWithin(0, 1e30);

/**
 * The quantity that `amount` of the quote asset (USDT) buys at `price`, rounded down to whole steps of the pair. The result
 * is exact. It is zero if it would be below the pair's minimum quantity or order value. Without a pair it has 8 decimals.
 * The fee (0.1 %) and slippage are not included: leave room for them.
 *
 * @throws ValidationError if an argument is not an amount, `price` is 0, or `pair` is not a pair
 * @example
 * ```ts
 * import { quantityFor } from "agentexchange";
 *
 * const [{ price }, pairs] = await Promise.all([client.getPrice("ETHUSDT"), client.getPairs()]);
 * const quantity = quantityFor("25", price, pairs.find(({ symbol }) => symbol === "ETHUSDT"));
 * if (!quantity.isZero()) await client.placeMarketOrder({ symbol: "ETHUSDT", side: "buy", quantity });
 * ```
 */
export function quantityFor(
  amount: Amount,
  price: Amount,
  pair?: Pick<Pair, "stepSize" | "minQty" | "minNotional">,
): Decimal {
  const spent = exact("quantityFor", "amount", amount);
  const each = exact("quantityFor", "price", price);
  if (each.isZero()) throw invalid("quantityFor", [{ field: "price", message: "must be greater than 0" }]);
  const [step, minQuantity, minValue] = rulesOf(pair);
  const quantity = wholeSteps(spent, each.times(step)).times(step);
  const tooSmall = quantity.lt(minQuantity) || quantity.times(each).lt(minValue);
  return new Decimal(tooSmall ? 0 : quantity);
}

/**
 * Rounds a quantity down to whole steps, exactly. `step` is a step size or a pair. A step size of 0, as in a pair without
 * one, means 8 decimals.
 *
 * @throws ValidationError if an argument is not an amount, or is negative
 * @example
 * ```ts
 * import { roundToStep } from "agentexchange";
 *
 * console.log(roundToStep("0.123456789", "0.001").toString()); // 0.123
 * ```
 */
export function roundToStep(quantity: Amount, step: Amount | Pick<Pair, "stepSize">): Decimal {
  const size = isPair(step) ? step.stepSize : step;
  const each = stepOf(exact("roundToStep", isPair(step) ? "step.stepSize" : "step", size));
  return new Decimal(wholeSteps(exact("roundToStep", "quantity", quantity), each).times(each));
}

function rulesOf(
  pair: Pick<Pair, "stepSize" | "minQty" | "minNotional"> | undefined,
): readonly [step: Decimal, minQuantity: Decimal, minValue: Decimal] {
  if (pair === undefined) return [new Exact(AMOUNT_STEP), new Exact(0), new Exact(0)];
  if (typeof pair !== "object" || pair === null)
    throw invalid("quantityFor", [{ field: "pair", message: "must be a pair from getPairs(), or omitted" }]);
  return [
    // Orders with a finer step would be rejected.
    Exact.max(AMOUNT_STEP, exact("quantityFor", "pair.stepSize", pair.stepSize)),
    exact("quantityFor", "pair.minQty", pair.minQty),
    exact("quantityFor", "pair.minNotional", pair.minNotional),
  ];
}

function stepOf(size: Decimal): Decimal {
  return size.isZero() ? new Exact(AMOUNT_STEP) : size;
}

function wholeSteps(amount: Decimal, step: Decimal): Decimal {
  return amount.div(step).floor();
}

function isPair(step: unknown): step is Pick<Pair, "stepSize"> {
  return typeof step === "object" && step !== null && "stepSize" in step;
}

function exact(name: string, field: string, value: Amount): Decimal {
  const result = v.safeParse(finite, value);
  if (result.success && result.output.length <= 60) return new Exact(result.output);
  const message = result.success ? "must have at most 60 digits" : result.issues[0].message;
  throw invalid(name, [{ field, message }]);
}
