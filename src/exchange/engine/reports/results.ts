import { fromFixed8, subtract8, ZERO, type Decimal28, type Fixed8 } from "../../base/amount.ts";
import { combine, NO_TRADES, type TradeSummary } from "../history/tradeSummary.ts";
import type { Agent, Scope } from "../model.ts";
import { agentsOf } from "../scope.ts";
import type { ExchangeState } from "../state.ts";

/** Totals of a scope's trades in a period. */
export interface Results extends TradeSummary {
  /** Current streak: positive for consecutive wins, negative for losses. */
  readonly streak: number;
}

/** The results of a scope since a time, without trades from before a reset of their agent. */
export function resultsOf(state: ExchangeState, scope: Scope, since: number = Number.NEGATIVE_INFINITY): Results {
  const agents = agentsOf(state, scope);
  const starts = agents.map((agent) => firstTrade(agent, since));
  const total = agents
    .map((agent, index) => agent.history.trades.summarize(starts[index] ?? 0) ?? NO_TRADES)
    .reduce(combine, NO_TRADES);
  return { ...total, streak: streakOf(agents, starts, total) };
}

/** Realised PnL. */
export function realisedOf({ won, lost, closed }: TradeSummary): Decimal28 {
  return totalOf(subtract8(won, lost), closed);
}

/** A total of `count` amounts, as the platform writes it: without decimals if there are none. */
export function totalOf(total: Fixed8, count: number): Decimal28 {
  return count === 0 ? ZERO : fromFixed8(total);
}

/** The index of an agent's first trade since a time that its last reset has left. */
function firstTrade({ history: { trades }, resultsFrom }: Agent, since: number): number {
  const start = trades.rankOf(resultsFrom.trade);
  return since === Number.NEGATIVE_INFINITY
    ? start
    : Math.max(
        start,
        trades.search((_, { time }) => time >= since),
      );
}

/** The number of closed trades at the end of all that have the same sign as the last one. */
function streakOf(agents: readonly Agent[], starts: readonly number[], total: TradeSummary): number {
  if (total.closed === 0) return 0;
  const isWinning = total.lastNotWon < total.lastClosed;
  const isLosing = total.lastNotLost < total.lastClosed;
  if (!isWinning && !isLosing) return 0;
  const broken = isWinning ? total.lastNotWon : total.lastNotLost;
  let streak = 0;
  for (const [index, { history }] of agents.entries()) {
    const start = Math.max(starts[index] ?? 0, history.trades.rankOf(broken + 1));
    streak += history.trades.summarize(start)?.closed ?? 0;
  }
  return isWinning ? streak : -streak;
}
