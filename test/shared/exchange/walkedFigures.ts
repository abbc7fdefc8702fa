// Figures and pages computed the slow way: by walking over lists of all orders and trades.
import {
  add8,
  divide,
  formatDecimal,
  fromFixed8,
  HUNDRED,
  multiply,
  negate,
  sum,
  toDecimal28,
  ZERO,
  ZERO8,
  type Decimal28,
  type Fixed8,
} from "../../../src/exchange/base/amount.ts";
import type { Agent, HistoryFilter, Order, Scope, Trade } from "../../../src/exchange/engine/model.ts";
import type { ExchangeState } from "../../../src/exchange/engine/state.ts";

/** A trade with its agent and the sequence number of its order. */
export interface KnownTrade extends Trade {
  readonly agentId: string;
  readonly sequence: number;
}

/** All orders and trades of an exchange, oldest first, and where each agent's results begin. */
export class Walk {
  orders: Order[] = [];
  trades: KnownTrade[] = [];
  readonly #state: ExchangeState;
  readonly #starts = new Map<string, { readonly mark: Agent["resultsFrom"]; readonly order: number }>();

  constructor(state: ExchangeState) {
    this.#state = state;
    state.orderChanged = (order) => {
      const index = this.orders.findIndex((each) => each.sequence === order.sequence);
      if (index === -1) this.orders.push(order);
      else this.orders[index] = order;
    };
  }

  /** Must be called after each event: learns of new trades and of resets. */
  follow(): void {
    const { agents, counters } = this.#state;
    for (let place = this.trades.length; place < counters.trades; place++)
      for (const agent of agents.values()) {
        const trade = agent.history.trades.get(place);
        if (trade === undefined) continue;
        const sequence = this.orders.find((each) => each.id === trade.orderId)?.sequence ?? -1;
        this.trades.push({ ...trade, agentId: agent.id, sequence });
      }
    for (const { id, resultsFrom } of agents.values())
      if (this.#starts.get(id)?.mark !== resultsFrom)
        this.#starts.set(id, { mark: resultsFrom, order: resultsFrom.trade === 0 ? 0 : counters.orders });
  }

  ordersOf(scope: Scope, { status, symbol }: HistoryFilter): readonly Order[] {
    return this.orders
      .filter(
        (each) =>
          this.#covers(scope, each) &&
          (status === undefined || each.status === status) &&
          (symbol === undefined || each.symbol === symbol),
      )
      .toSorted((a, b) => b.sequence - a.sequence);
  }

  tradesOf(scope: Scope, { side, symbol }: HistoryFilter): readonly KnownTrade[] {
    return this.trades
      .filter(
        (each) =>
          this.#covers(scope, each) &&
          (side === undefined || each.side === side) &&
          (symbol === undefined || each.symbol === symbol),
      )
      .toReversed();
  }

  /** A scope's trades since a time, oldest first, without those from before a reset of their agent. */
  currentTrades(scope: Scope, since: number): readonly KnownTrade[] {
    return this.trades.filter(
      (each) =>
        this.#covers(scope, each) &&
        each.time >= since &&
        each.sequence >= (this.#starts.get(each.agentId)?.order ?? 0),
    );
  }

  /** Deleted agents belong to no scope. */
  #covers({ account, agent }: Scope, { agentId }: { readonly agentId: string }): boolean {
    return agent === undefined ? account.agentIds.includes(agentId) : agent.id === agentId;
  }
}

/** What the reports show of a period, as strings where they are amounts. */
export function figuresOf(trades: readonly KnownTrade[], days: number | undefined): Readonly<Record<string, unknown>> {
  const results = trades.flatMap(({ realised }) => realised ?? []);
  const wins = results.filter((result) => result > 0n);
  const losses = results.filter((result) => result < 0n);
  const won = sum(wins.map(fromFixed8));
  const lost = sum(losses.map((loss) => negate(fromFixed8(loss))));
  const sorted = results.toSorted((a, b) => (a < b ? -1 : 1));
  return {
    trades: trades.length,
    fees: formatDecimal(feesOf(trades)),
    realised: formatDecimal(realisedOf(trades)),
    winning: wins.length,
    losing: losses.length,
    winRate: results.length === 0 ? 0 : (wins.length / results.length) * 100,
    profitFactor: losses.length > 0 ? numberOf(divide(won, lost)) : wins.length > 0 ? undefined : 0,
    averageWin: formatDecimal(meanOf(won, wins.length)),
    averageLoss: formatDecimal(meanOf(negate(lost), losses.length)),
    best: formatDecimal(amountOrZero(sorted.at(-1))),
    worst: formatDecimal(amountOrZero(sorted[0])),
    closed: results.length,
    perDay: days === undefined ? 0 : results.length / days,
    streak: streakOf(results),
  };
}

export function realisedOf(trades: readonly Trade[]): Decimal28 {
  const results = trades.flatMap(({ realised }) => realised ?? []);
  return results.length === 0 ? ZERO : fromFixed8(results.reduce((total, each) => add8(total, each), ZERO8));
}

export function feesOf(trades: readonly Trade[]): Decimal28 {
  return sum(trades.map(({ fee }) => fromFixed8(fee)));
}

/** The share of wins in percent, as the PnL report has it. */
export function winRateOf(trades: readonly Trade[]): string {
  const results = trades.flatMap(({ realised }) => realised ?? []);
  const wins = results.filter((result) => result > 0n).length;
  return formatDecimal(
    results.length === 0 ? ZERO : multiply(divide(toDecimal28(wins), toDecimal28(results.length)), HUNDRED),
  );
}

function meanOf(total: Decimal28, count: number): Decimal28 {
  return count === 0 ? ZERO : divide(total, toDecimal28(count));
}

function amountOrZero(result: Fixed8 | undefined): Decimal28 {
  return result === undefined ? ZERO : fromFixed8(result);
}

function streakOf(results: readonly Fixed8[]): number {
  let streak = 0;
  for (const result of results.toReversed()) {
    if (result === 0n || (result > 0n ? streak < 0 : streak > 0)) break;
    streak += result > 0n ? 1 : -1;
  }
  return streak;
}

function numberOf({ units, scale }: Decimal28): number {
  return Number(`${units}e${-scale}`);
}
