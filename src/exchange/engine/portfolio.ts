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
} from "../base/amount.ts";
import { agentsOf, countedTrades } from "./counted.ts";
import type { Holding, Position, Scope } from "./model.ts";
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
  const bySymbol = new Map<string, [Position, ...Position[]]>();
  for (const agent of agentsOf(scope))
    for (const position of agent.positions.values()) {
      if (position.quantity <= 0n) continue;
      const others = bySymbol.get(position.symbol);
      if (others === undefined) bySymbol.set(position.symbol, [position]);
      else others.push(position);
    }
  return [...bySymbol.values()]
    .toSorted(([a], [b]) => (a.symbol < b.symbol ? -1 : 1))
    .flatMap((positions) => {
      const [{ openedAt }] = positions;
      if (world.quirks.accountsNotAddedUp) return positions.map((position) => valued(world, [position], openedAt));
      return valued(world, positions, Math.min(...positions.map((position) => position.openedAt)));
    });
}

/** What agents have of one pair. */
function valued(world: World, positions: readonly [Position, ...Position[]], openedAt: number): ValuedPosition {
  const [{ symbol, averagePrice: average }] = positions;
  const quantity = positions.reduce((total, position) => total + position.quantity, 0n);
  const paid = positions.reduce((total, position) => total + position.paid, 0n);
  const [cost, averagePrice] = costOf(world, { quantity, paid, averagePrice: average });
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
function costOf(
  world: World,
  { quantity, averagePrice, paid }: Pick<Position, "quantity" | "averagePrice" | "paid">,
): readonly [cost: Amount, average: Amount] {
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

/** A scope's starting balance: that of its agents; the platform's account has one of its own. */
export function startingBalanceOf(world: World, scope: Scope): Stored {
  const agents = agentsOf(scope);
  if (scope.agent === undefined && (world.quirks.accountsNotAddedUp || agents.length === 0))
    return scope.account.startingBalance;
  return agents.reduce((total, agent) => total + agent.startingBalance, 0n);
}

/** The cash of a scope. */
function cashOf(world: World, scope: Scope): readonly Holding[] {
  const cash = agentsOf(scope).map((agent) => agent.wallet.get(QUOTE_ASSET));
  // Of a whole account the platform counts the cash of one agent.
  return (world.quirks.accountsNotAddedUp ? cash.slice(0, 1) : cash).filter((holding) => holding !== undefined);
}

export function portfolioOf(world: World, scope: Scope): Portfolio {
  const positions = positionsOf(world, scope);
  const cash = cashOf(world, scope);
  const availableCash = sum(cash.map(({ available }) => stored(available)));
  const lockedCash = sum(cash.map(({ locked }) => stored(locked)));
  const positionValue = sum(positions.map((position) => position.marketValue));
  const unrealised = sum(positions.map((position) => position.unrealised));
  const realised = realisedOf(scope);
  const total = plus(unrealised, realised);
  const startingBalance = startingBalanceOf(world, scope);
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
