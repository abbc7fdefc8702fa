import { baseOf } from "../market/pairs.ts";
import {
  HUNDRED,
  minus,
  over,
  plus,
  power,
  stored,
  sum,
  times,
  toEightDigits,
  ZERO,
  type Amount,
  type Stored,
} from "./amount.ts";
import { agentsOf, countedTrades } from "./counted.ts";
import type { Position, Scope } from "./model.ts";
import type { World } from "./world.ts";
import { QUOTE_ASSET } from "./wallet.ts";

/** A position at its last price. */
export interface ValuedPosition {
  readonly symbol: string;
  readonly asset: string;
  readonly quantity: Stored;
  readonly averagePrice: Amount;
  readonly currentPrice: Amount;
  readonly marketValue: Amount;
  readonly unrealised: Amount;
  readonly unrealisedPct: Amount;
  readonly openedAt: number;
}

/** What a scope has and has made. */
export interface Portfolio {
  readonly equity: Amount;
  readonly availableCash: Amount;
  readonly lockedCash: Amount;
  readonly positionValue: Amount;
  readonly unrealised: Amount;
  readonly realised: Amount;
  readonly total: Amount;
  readonly roiPct: Amount;
  readonly startingBalance: Stored;
  readonly positions: readonly ValuedPosition[];
}

/** Open positions of a scope, by symbol. */
export function positionsOf(world: World, scope: Scope): readonly ValuedPosition[] {
  const open = agentsOf(scope).flatMap((agent) =>
    [...agent.positions.values()].filter((position) => position.quantity > 0n),
  );
  const opened = new Map<string, number>();
  for (const { symbol, openedAt } of open) if (!opened.has(symbol)) opened.set(symbol, openedAt);
  return open
    .toSorted(bySymbol)
    .map((position) => valued(world, position, opened.get(position.symbol) ?? position.openedAt));
}

function bySymbol(a: { readonly symbol: string }, b: { readonly symbol: string }): number {
  return a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0;
}

function valued(world: World, position: Position, openedAt: number): ValuedPosition {
  const { symbol, quantity } = position;
  const [cost, averagePrice] = costOf(world, position);
  const quote = world.market.quote(symbol, world.now);
  const marketValue = quote === undefined ? cost : times(stored(quantity), quote.price);
  const unrealised = minus(marketValue, cost);
  return {
    symbol,
    asset: baseOf(symbol),
    quantity,
    averagePrice,
    currentPrice: quote?.price ?? ZERO,
    marketValue,
    unrealised,
    unrealisedPct: cost.units === 0n || quote === undefined ? ZERO : times(over(unrealised, cost), HUNDRED),
    openedAt,
  };
}

/** What a position cost, and that of one unit. Nothing is left out of a cost that does not come from an average. */
function costOf(world: World, { quantity, averagePrice, paid }: Position): readonly [cost: Amount, average: Amount] {
  if (world.quirks.costsFromAverages) return [times(stored(quantity), stored(averagePrice)), stored(averagePrice)];
  // With as many decimals as the product has.
  const cost = { units: paid * power(8), scale: 16 };
  return [cost, toEightDigits(over(cost, stored(quantity)))];
}

/** The realised PnL of a scope's trades since a moment. */
export function realisedOf(scope: Scope, since: number = Number.NEGATIVE_INFINITY): Amount {
  let total: Stored | undefined;
  for (const { realised } of countedTrades(scope, since)) if (realised !== undefined) total = (total ?? 0n) + realised;
  return total === undefined ? ZERO : stored(total);
}

/** A scope's starting balance: the agent's, or else the account's. */
export function startingBalanceOf({ account, agent }: Scope): Stored {
  return (agent ?? account).startingBalance;
}

export function portfolioOf(world: World, scope: Scope): Portfolio {
  const positions = positionsOf(world, scope);
  // Of a whole account the platform counts the cash of one agent.
  const cash = agentsOf(scope)[0]?.wallet.get(QUOTE_ASSET);
  const availableCash = cash === undefined ? ZERO : stored(cash.available);
  const lockedCash = cash === undefined ? ZERO : stored(cash.locked);
  const positionValue = sum(positions.map((position) => position.marketValue));
  const unrealised = sum(positions.map((position) => position.unrealised));
  const realised = realisedOf(scope);
  const total = plus(unrealised, realised);
  const startingBalance = startingBalanceOf(scope);
  return {
    equity: plus(plus(availableCash, lockedCash), positionValue),
    availableCash,
    lockedCash,
    positionValue,
    unrealised,
    realised,
    total,
    roiPct: times(over(total, stored(startingBalance)), HUNDRED),
    startingBalance,
    positions,
  };
}
