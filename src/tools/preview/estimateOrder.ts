import {
  getAccountInfo,
  getBalance,
  getOpenOrders,
  getPairs,
  getPrice,
  getTicker,
  clientOf,
  type AgentExchangeClient,
  type Client,
} from "../../client/index.ts";
import type { Balance, Pair } from "../../endpoints/index.ts";
import { AgentExchangeError } from "../../errors/index.ts";
import { Exact, roundAmount, toPublicDecimal, type Decimal } from "../../wire/index.ts";
import { executesAt, fillAt, lockedBy, worstCaseValue, type OrderFill, type OrderQuote } from "./fill.ts";
import { largestQuantity } from "./largest.ts";
import { planOrder, type PlannedOrder } from "./plannedOrder.ts";
import { problemsOf, type AssetHolding, type OrderFunds, type OrderProblem } from "./problems.ts";

/** What an order is worth at the present price. */
export interface OrderValue {
  readonly order: PlannedOrder;
  readonly quote: OrderQuote;
  /** The most that the order can be worth, in USDT: at the larger of quote and own price, with slippage and fee. */
  readonly worstCase: Decimal;
}

/** What an order would do if it were placed now. */
export interface OrderEstimate extends OrderValue {
  /** `now`: a market order. `soon`: within a second, since the price is beyond its own already. `later`: it waits. */
  readonly executes: "now" | "soon" | "later";
  /** How far its price is above the quote, in percent; negative below it, null for a market order. */
  readonly distancePct: Decimal | null;
  /** The fill; of an order that waits, at its own price. */
  readonly fill: OrderFill;
  /** What a waiting order locks until it executes; null for a market order. */
  readonly locks: { readonly asset: string; readonly amount: Decimal } | null;
  /** Funds once it has been placed: filled, or locked. */
  readonly after: { readonly cash: AssetHolding; readonly position: AssetHolding };
  /** The largest quantity of such an order that funds and limits allow now; zero if none. */
  readonly largest: Decimal;
  /** Why the platform would reject it; the first one that is certain is its answer. */
  readonly problems: readonly OrderProblem[];
  /** What to consider, in sentences. */
  readonly warnings: readonly string[];
  /** The code of each warning, in the same order. */
  readonly warningCodes: readonly OrderWarningCode[];
}

/**
 * What a warning is about, whatever its wording.
 *
 * - `FAR_FROM_PRICE`: its price is more than 5 % away from the last price
 * - `EXECUTES_SOON`: the last price is beyond its own, so it executes within a second
 * - `STOP_LOSS_BUY`: it buys when the price falls to its trigger
 * - `TAKE_PROFIT_BUY`: it buys at any price from its trigger upwards
 * - `LOCK_TOO_SMALL`: what it locks does not cover slippage and fee
 * - `VOLUME_UNKNOWN`: its slippage cannot be estimated
 * - `HIGH_SLIPPAGE`: its slippage is more than 1 %
 */
export type OrderWarningCode =
  | "FAR_FROM_PRICE"
  | "EXECUTES_SOON"
  | "STOP_LOSS_BUY"
  | "TAKE_PROFIT_BUY"
  | "LOCK_TOO_SMALL"
  | "VOLUME_UNKNOWN"
  | "HIGH_SLIPPAGE";

/** Distance from the quote in percent above which an order may be a mistake. */
const FAR = 5;

/**
 * What an order is worth, with one round trip: enough to check the limits of a mandate.
 *
 * @param tool the method that would place it, such as `placeLimitOrder`
 * @throws ValidationError for invalid input; the errors of `getPrice` and `getTicker`
 */
export async function valueOrder(
  client: Client,
  tool: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<OrderValue> {
  const order = planOrder(tool, input);
  return toValue(order, await readQuote(client, order.symbol, signal));
}

/**
 * What an order would do now: price, fee, slippage, funds afterwards, and why it might be rejected. The figures are those of
 * the platform, if price and volume stay as they are. Nothing is placed.
 *
 * @param tool the method that would place it, such as `placeLimitOrder`
 * @throws ValidationError for invalid input; the errors of the methods that it reads with
 * @example
 * ```ts
 * import { estimateOrder } from "agentexchange/tools";
 *
 * const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" };
 * const { fill, worstCase, problems } = await estimateOrder(client, "placeMarketOrder", order);
 * console.log(fill.total.toFixed(2), worstCase.toFixed(2), problems.length);
 * ```
 */
export async function estimateOrder(
  client: AgentExchangeClient | Client,
  tool: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<OrderEstimate> {
  const order = planOrder(tool, input);
  return estimate(order, await readConditions(client, order.symbol, signal));
}

/** What an estimate depends on besides the order; the same for all orders of a pair. */
export interface OrderConditions {
  readonly quote: OrderQuote;
  /** Null if the platform does not list it. */
  readonly pair: Pair | null;
  readonly funds: OrderFunds;
}

/** Reads what the estimates of a pair's orders depend on, with one round trip. */
export async function readConditions(
  client: AgentExchangeClient | Client,
  symbol: string,
  signal?: AbortSignal,
): Promise<OrderConditions> {
  const reader = clientOf(client);
  const options = { signal };
  const [quote, pairs, balance, { riskProfile }, open] = await Promise.all([
    readQuote(reader, symbol, signal),
    getPairs(reader, {}, options),
    getBalance(reader, options),
    getAccountInfo(reader, options),
    getOpenOrders(reader, { limit: 200 }, options),
  ]);
  const pair = pairs.find((listed) => listed.symbol === symbol) ?? null;
  const funds = {
    cash: holdingOf(balance, "USDT"),
    position: holdingOf(balance, pair?.baseAsset ?? symbol.replace(/USDT$/, "")),
    equity: balance.totalEquityUsdt,
    limits: riskProfile,
    openOrders: open.length,
  };
  return { quote, pair, funds };
}

/** The estimate of an order from what is known. */
export function estimate(order: PlannedOrder, { quote, pair, funds }: OrderConditions): OrderEstimate {
  const { side, quantity, price } = order;
  const triggered = executesAt(order, quote.price);
  const fill = fillAt(side, quantity, triggered || price === null ? quote.price : price, quote.volume);
  const lock = price === null ? null : roundAmount(lockedBy(order));
  const distancePct =
    price === null ? null : new Exact(price).minus(quote.price).div(quote.price).times(100).toDecimalPlaces(6);
  const warnings = warningsOf(order, quote, fill, lock, triggered, distancePct);
  return {
    ...toValue(order, quote),
    executes: price === null ? "now" : triggered ? "soon" : "later",
    distancePct: distancePct === null ? null : toPublicDecimal(distancePct),
    fill: publicFill(fill),
    locks:
      lock === null
        ? null
        : {
            asset: side === "buy" ? "USDT" : (pair?.baseAsset ?? order.symbol.replace(/USDT$/, "")),
            amount: toPublicDecimal(lock),
          },
    after: fundsAfter(order, fill, lock, funds),
    largest: publish(largestQuantity(order, quote, pair, funds)),
    problems: problemsOf(order, quote, fill, pair, funds),
    warnings: warnings.map(([, text]) => text),
    warningCodes: warnings.map(([code]) => code),
  };
}

async function readQuote(client: Client, symbol: string, signal: AbortSignal | undefined): Promise<OrderQuote> {
  const options = { signal };
  const [{ price }, volume] = await Promise.all([
    getPrice(client, symbol, options),
    getTicker(client, symbol, options).then(
      (ticker) => ticker.volume,
      (error: unknown) => {
        // A pair can have a price and no ticker.
        if (error instanceof AgentExchangeError && error.code === "PRICE_NOT_AVAILABLE") return null;
        throw error;
      },
    ),
  ]);
  return { price, volume };
}

function toValue(order: PlannedOrder, quote: OrderQuote): OrderValue {
  return { order: publicOrder(order), quote, worstCase: toPublicDecimal(worstCaseValue(order, quote)) };
}

function holdingOf({ balances }: Balance, asset: string): AssetHolding {
  const found = balances.find((balance) => balance.asset === asset);
  return found ?? { available: new Exact(0), locked: new Exact(0) };
}

function fundsAfter(
  { side, quantity }: PlannedOrder,
  fill: OrderFill,
  lock: Decimal | null,
  { cash, position }: OrderFunds,
): OrderEstimate["after"] {
  if (lock !== null)
    return {
      cash: side === "buy" ? withLock(cash, lock) : publicHolding(cash),
      position: side === "buy" ? publicHolding(position) : withLock(position, lock),
    };
  const [paid, received] = side === "buy" ? [fill.total, quantity] : [quantity, fill.total];
  const [cashChange, positionChange] = side === "buy" ? [paid.neg(), received] : [received, paid.neg()];
  return {
    cash: publicHolding({ ...cash, available: new Exact(cash.available).plus(cashChange) }),
    position: publicHolding({ ...position, available: new Exact(position.available).plus(positionChange) }),
  };
}

function withLock({ available, locked }: AssetHolding, amount: Decimal): AssetHolding {
  return publicHolding({ available: new Exact(available).minus(amount), locked: new Exact(locked).plus(amount) });
}

function warningsOf(
  { side, type, symbol }: PlannedOrder,
  quote: OrderQuote,
  fill: OrderFill,
  lock: Decimal | null,
  triggered: boolean,
  distancePct: Decimal | null,
): readonly (readonly [code: OrderWarningCode, text: string])[] {
  const warnings: [OrderWarningCode, string][] = [];
  const warn = (code: OrderWarningCode, text: string): void => void warnings.push([code, text]);
  if (distancePct?.abs().gt(FAR) === true)
    warn(
      "FAR_FROM_PRICE",
      `Its price is ${distancePct.abs().toFixed(2)} % ${distancePct.gt(0) ? "above" : "below"} the last price.`,
    );
  if (triggered && type === "limit")
    warn("EXECUTES_SOON", "Its price is beyond the last price, so it executes within a second.");
  if (triggered && (type === "stop_loss" || type === "take_profit"))
    warn("EXECUTES_SOON", "The last price is beyond its trigger already, so it executes within a second.");
  if (side === "buy" && type === "stop_loss")
    warn("STOP_LOSS_BUY", "A stop-loss buy executes when the price falls to its trigger, not when it rises.");
  if (side === "buy" && type === "take_profit")
    warn(
      "TAKE_PROFIT_BUY",
      "A take-profit buy executes at any price from its trigger upwards: nothing bounds what it pays.",
    );
  if (lock !== null && triggered && side === "buy" && fill.total.gt(lock))
    warn(
      "LOCK_TOO_SMALL",
      "What it locks does not cover slippage and fee, so the platform may leave it pending although its price is reached.",
    );
  if (quote.volume === null)
    warn("VOLUME_UNKNOWN", `The volume of ${symbol} is not known; slippage is assumed to be the minimum.`);
  else if (fill.slippagePct.gt(1))
    warn("HIGH_SLIPPAGE", "The order is large for the traded volume: its slippage is more than 1 %.");
  return warnings;
}

function publicOrder({ quantity, price, ...rest }: PlannedOrder): PlannedOrder {
  return { ...rest, quantity: publish(quantity), price: price === null ? null : publish(price) };
}

function publicFill(fill: OrderFill): OrderFill {
  return {
    price: publish(fill.price),
    slippagePct: publish(fill.slippagePct),
    value: publish(fill.value),
    fee: publish(fill.fee),
    total: publish(fill.total),
  };
}

function publicHolding({ available, locked }: AssetHolding): AssetHolding {
  return { available: publish(available), locked: publish(locked) };
}

/** A copy, since the package's own numbers must keep their settings. */
function publish(value: Decimal): Decimal {
  return toPublicDecimal(new Exact(value));
}
