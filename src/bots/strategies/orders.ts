import { getPairs, getPrice } from "../../client/operations/index.ts";
import { quantityFor, roundToStep, type Pair } from "../../endpoints/index.ts";
import type { JsonObject } from "../../tools/index.ts";
import { plainText, type Decimal } from "../../wire/index.ts";
import type { Decision, StrategyContext } from "../types.ts";

/** Requests of {@link buy} and {@link sell}. */
export const ORDER_REQUESTS = 2;

interface Extra {
  readonly memory?: JsonObject | undefined;
  readonly cursor?: string | undefined;
}

/** The decision to buy for an amount of USDT at the market. */
export async function buy(
  { client, signal }: StrategyContext,
  symbol: string,
  amount: Decimal,
  reason: string,
  extra: Extra = {},
): Promise<Decision> {
  const [{ price }, pair] = await Promise.all([
    client.send(getPrice, symbol, { signal }),
    findPair({ client, signal }, symbol),
  ]);
  const quantity = quantityFor(amount, price, pair);
  if (quantity.isZero())
    return { kind: "hold", reason: `${plainText(amount)} USDT is less than the minimum order of ${symbol}.`, ...extra };
  return marketOrder(symbol, "buy", quantity, reason, extra);
}

/** The decision to sell a quantity at the market. */
export async function sell(
  { client, signal }: Pick<StrategyContext, "client" | "signal">,
  symbol: string,
  quantity: Decimal,
  reason: string,
  extra: Extra = {},
): Promise<Decision> {
  const pair = await findPair({ client, signal }, symbol);
  const rounded = pair === undefined ? quantity : roundToStep(quantity, pair);
  if (rounded.isZero() || rounded.lt(pair?.minQty ?? 0))
    return { kind: "hold", reason: `${plainText(quantity)} is less than the minimum order of ${symbol}.`, ...extra };
  return marketOrder(symbol, "sell", rounded, reason, extra);
}

export async function findPair(
  { client, signal }: Pick<StrategyContext, "client" | "signal">,
  symbol: string,
): Promise<Pair | undefined> {
  return (await client.send(getPairs, {}, { signal })).find((pair) => pair.symbol === symbol);
}

function marketOrder(symbol: string, side: "buy" | "sell", quantity: Decimal, reason: string, extra: Extra): Decision {
  const input = { symbol, side, quantity: plainText(quantity) };
  return { kind: "order", tool: "placeMarketOrder", input, reason, ...extra };
}

/** A decimal for a reason: at most this many decimals. */
export function shown(value: Decimal, decimals = 2): string {
  return value.toDecimalPlaces(decimals).toFixed();
}
