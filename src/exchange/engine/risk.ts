import { baseOf } from "../market/pairs.ts";
import {
  HUNDRED,
  compare,
  over,
  plus,
  rounded,
  stored,
  textOfAmount,
  times,
  ZERO,
  type Amount,
  type Stored,
} from "../base/amount.ts";
import { FEE_RATE } from "./execution.ts";
import { limitsOf } from "./limits.ts";
import type { Agent, Side } from "./model.ts";
import { Refusal } from "../base/rejection.ts";
import type { World } from "./world.ts";
import { availableOf, QUOTE_ASSET } from "./wallet.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const ONE_AND_FEE = plus({ units: 1n, scale: 0 }, FEE_RATE);

function rejected(reason: string): Refusal {
  return new Refusal("ORDER_REJECTED", reason, { reason });
}

/** Cash and holdings at their last prices; what has no price counts nothing. */
export function riskEquity(world: World, agent: Agent): Stored {
  let equity = 0n;
  for (const [asset, { available, locked }] of agent.wallet) {
    const held = available + locked;
    if (asset === QUOTE_ASSET) equity += held;
    else if (held > 0n) {
      const quote = world.market.quote(asset + QUOTE_ASSET, world.now);
      if (quote !== undefined) equity += rounded(times(stored(held), quote.price), 8).units;
    }
  }
  return equity;
}

/**
 * The checks that an order passes before anything looks at its price, in the platform's order; the first that
 * fails rejects it. Gives back the last price. A passed chain counts as one accepted order.
 */
export function checkRisk(world: World, agent: Agent, symbol: string, side: Side, quantity: Amount): Amount {
  const limits = limitsOf(agent);
  const minute = Math.floor(world.now / MINUTE);
  const sellsAreFree = side === "sell" && !world.quirks.limitsBlockSells;

  if (agent.account.status !== "active") throw rejected("account_not_active");
  if (!sellsAreFree && isDayLost(world, agent)) throw rejected("daily_loss_limit");
  if (agent.acceptedOrders.minute !== minute) agent.acceptedOrders = { minute, count: 0 };
  if (compare(countOf(agent.acceptedOrders.count), limits.ordersPerMinute) >= 0) throw rejected("rate_limit_exceeded");
  const quote = world.market.quote(symbol, world.now);
  if (quote === undefined) throw rejected("price_unavailable");

  const value = rounded(times(quantity, quote.price), 8);
  if (compare(value, limits.minOrderValue) < 0) throw rejected("order_too_small");
  const equity = stored(riskEquity(world, agent));
  const base = availableOf(agent, baseOf(symbol));
  if (equity.units > 0n) {
    const most = rounded(percentOf(equity, limits.maxOrderPct), 8);
    if (!sellsAreFree && compare(value, most) > 0) throw rejected("order_too_large");
    if (side === "buy")
      checkPosition(symbol, rounded(times(stored(base), quote.price), 8), value, equity, limits.maxPositionPct);
  }
  if (compare(countOf(agent.pending), limits.maxOpenOrders) >= 0) throw rejected("max_open_orders_exceeded");
  const enough =
    side === "buy"
      ? compare(stored(availableOf(agent, QUOTE_ASSET)), rounded(times(value, ONE_AND_FEE), 8)) >= 0
      : compare(stored(base), quantity) >= 0;
  if (!enough) throw rejected("insufficient_balance");
  agent.acceptedOrders.count++;
  return quote.price;
}

function isDayLost(world: World, agent: Agent): boolean {
  const { day, realised } = agent.dayResult;
  if (realised >= 0n || day !== Math.floor(world.now / DAY)) return false;
  return (
    compare(stored(-realised), rounded(percentOf(stored(agent.startingBalance), limitsOf(agent).dailyLossPct), 8)) >= 0
  );
}

/** Refuses a buy that would make one pair too large a part of the equity. */
function checkPosition(symbol: string, current: Amount, requested: Amount, equity: Amount, limit: Amount): void {
  const position = plus(current, requested);
  // What is not above a limit of two decimals is not above it when rounded to two: no quotient needed.
  if (limit.scale <= 2 && compare(times(position, HUNDRED), times(equity, limit)) <= 0) return;
  const share = rounded(times(over(position, equity), HUNDRED), 2);
  if (compare(share, limit) <= 0) return;
  const usdt = (amount: Amount): string => `${textOfAmount(rounded(amount, 2))} USDT`;
  throw rejected(
    `position_limit_exceeded: ${symbol} position would be ${textOfAmount(rounded(share, 1))}% of equity (limit: ${textOfAmount(limit)}%). ` +
      `Current: ${usdt(current)}, Requested: ${usdt(requested)}, Equity: ${usdt(equity)}`,
  );
}

function percentOf(amount: Amount, percent: Amount): Amount {
  const { units, scale } = times(amount, percent);
  return { units, scale: scale + 2 };
}

function countOf(count: number): Amount {
  return count === 0 ? ZERO : { units: BigInt(count), scale: 0 };
}
