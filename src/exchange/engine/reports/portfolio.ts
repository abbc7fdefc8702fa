import { baseOf } from "../../market/pairs.ts";
import {
  HUNDRED,
  subtract,
  divide,
  add,
  powerOfTen,
  fromFixed8,
  sum,
  multiply,
  roundPrice,
  ZERO,
  type Decimal28,
  type Fixed8,
  add8,
  ZERO8,
} from "../../base/amount.ts";
import { agentsOf } from "../scope.ts";
import { realisedOf, resultsOf } from "./results.ts";
import type { Holding, Position, Scope } from "../model.ts";
import type { ExchangeState } from "../state.ts";
import { QUOTE_ASSET } from "../wallet.ts";

/** A position at its last price. */
export interface ValuedPosition {
  readonly symbol: string;
  readonly asset: string;
  readonly quantity: Fixed8;
  readonly averagePrice: Decimal28;
  readonly currentPrice: Decimal28;
  readonly marketValue: Decimal28;
  readonly unrealised: Decimal28;
  readonly unrealisedPct: Decimal28;
  readonly openedAt: number;
}

/** The value and the results of a scope. */
export interface Portfolio {
  readonly equity: Decimal28;
  readonly availableCash: Decimal28;
  readonly lockedCash: Decimal28;
  readonly positionValue: Decimal28;
  readonly unrealised: Decimal28;
  readonly realised: Decimal28;
  readonly total: Decimal28;
  readonly roiPct: Decimal28;
  readonly startingBalance: Fixed8;
  readonly positions: readonly ValuedPosition[];
}

/** Open positions of a scope, by symbol. */
export function positionsOf(state: ExchangeState, scope: Scope): readonly ValuedPosition[] {
  const bySymbol = new Map<string, [Position, ...Position[]]>();
  for (const agent of agentsOf(state, scope))
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
      if (state.quirks.accountsNotAddedUp)
        return positions.map((position) => valuePosition(state, [position], openedAt));
      return valuePosition(state, positions, Math.min(...positions.map((position) => position.openedAt)));
    });
}

/** Values one pair's positions, added up over agents. */
function valuePosition(
  state: ExchangeState,
  positions: readonly [Position, ...Position[]],
  openedAt: number,
): ValuedPosition {
  const [{ symbol, averagePrice: average }] = positions;
  const quantity = positions.reduce((total, position) => add8(total, position.quantity), ZERO8);
  const paid = positions.reduce((total, position) => add8(total, position.paid), ZERO8);
  const [cost, averagePrice] = costOf(state, { quantity, paid, averagePrice: average });
  const quote = state.market.quote(symbol, state.now);
  const marketValue = quote === undefined ? cost : multiply(fromFixed8(quantity), quote.price);
  const unrealised = subtract(marketValue, cost);
  return {
    symbol,
    asset: baseOf(symbol),
    quantity,
    averagePrice,
    currentPrice: quote?.price ?? ZERO,
    marketValue,
    unrealised,
    unrealisedPct: cost.units === 0n || quote === undefined ? ZERO : multiply(divide(unrealised, cost), HUNDRED),
    openedAt,
  };
}

/** The cost of a position, in total and per unit. Exact unless computed from the rounded average. */
function costOf(
  state: ExchangeState,
  { quantity, averagePrice, paid }: Pick<Position, "quantity" | "averagePrice" | "paid">,
): readonly [cost: Decimal28, average: Decimal28] {
  if (state.quirks.costsFromAverages)
    return [multiply(fromFixed8(quantity), fromFixed8(averagePrice)), fromFixed8(averagePrice)];
  // As many decimals as the product above.
  const cost = { units: paid * powerOfTen(8), scale: 16 };
  return [cost, roundPrice(divide(cost, fromFixed8(quantity)))];
}

/** A scope's starting balance: the sum of its agents'. On the platform an account has its own. */
export function startingBalanceOf(state: ExchangeState, scope: Scope): Fixed8 {
  const agents = agentsOf(state, scope);
  if (scope.agent === undefined && (state.quirks.accountsNotAddedUp || agents.length === 0))
    return scope.account.startingBalance;
  return agents.reduce((total, agent) => add8(total, agent.startingBalance), ZERO8);
}

function cashOf(state: ExchangeState, scope: Scope): readonly Holding[] {
  const cash = agentsOf(state, scope).map((agent) => agent.wallet.get(QUOTE_ASSET));
  // For a whole account the platform counts the cash of one agent only.
  return (state.quirks.accountsNotAddedUp ? cash.slice(0, 1) : cash).filter((holding) => holding !== undefined);
}

export function portfolioOf(state: ExchangeState, scope: Scope): Portfolio {
  const positions = positionsOf(state, scope);
  const cash = cashOf(state, scope);
  const availableCash = sum(cash.map(({ available }) => fromFixed8(available)));
  const lockedCash = sum(cash.map(({ locked }) => fromFixed8(locked)));
  const positionValue = sum(positions.map((position) => position.marketValue));
  const unrealised = sum(positions.map((position) => position.unrealised));
  const realised = realisedOf(resultsOf(state, scope));
  const total = add(unrealised, realised);
  const startingBalance = startingBalanceOf(state, scope);
  return {
    equity: add(add(availableCash, lockedCash), positionValue),
    availableCash,
    lockedCash,
    positionValue,
    unrealised,
    realised,
    total,
    roiPct: multiply(divide(total, fromFixed8(startingBalance)), HUNDRED),
    startingBalance,
    positions,
  };
}
