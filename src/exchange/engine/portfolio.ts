import { baseOf } from "../market/pairs.ts";
import { HUNDRED, minus, over, plus, stored, sum, times, ZERO, type Amount, type Stored } from "./amount.ts";
import type { Agent, Position, Scope } from "./model.ts";
import type { World } from "./world.ts";
import { QUOTE_ASSET } from "./wallet.ts";

/** A position at its last price. */
export interface ValuedPosition {
  readonly symbol: string;
  readonly asset: string;
  readonly quantity: Stored;
  readonly averagePrice: Stored;
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

/** The agents whose things a scope shows. */
export function agentsOf({ account, agent }: Scope): readonly Agent[] {
  return agent === undefined ? account.agents : [agent];
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
  const { symbol, quantity, averagePrice } = position;
  const cost = times(stored(quantity), stored(averagePrice));
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

/** The realised PnL of a scope's trades since a moment. */
export function realisedOf({ account, agent }: Scope, since: number = Number.NEGATIVE_INFINITY): Amount {
  let total: Stored | undefined;
  for (const { realised } of account.history.tradesSince(agent, since))
    if (realised !== undefined) total = (total ?? 0n) + realised;
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
