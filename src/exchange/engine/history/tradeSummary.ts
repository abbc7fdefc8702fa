import { add8, subtract8, ZERO8, type Fixed8 } from "../../base/amount.ts";
import type { Measure } from "../../collections/treeNode.ts";

/** Totals of consecutive trades. A trade is closed if it has a result, that is, if it was a sale. */
export interface TradeSummary {
  /** Number of trades. */
  readonly trades: number;
  readonly fees: Fixed8;
  readonly closed: number;
  readonly wins: number;
  readonly losses: number;
  readonly won: Fixed8;
  /** The sum of all losses, not negative. */
  readonly lost: Fixed8;
  readonly best: Fixed8;
  readonly worst: Fixed8;
  /** Places of the last closed trade, of the last one without a gain and of the last one without a loss; -1 for none. */
  readonly lastClosed: number;
  readonly lastNotWon: number;
  readonly lastNotLost: number;
}

export const NO_TRADES: TradeSummary = {
  trades: 0,
  fees: ZERO8,
  closed: 0,
  wins: 0,
  losses: 0,
  won: ZERO8,
  lost: ZERO8,
  best: ZERO8,
  worst: ZERO8,
  lastClosed: -1,
  lastNotWon: -1,
  lastNotLost: -1,
};

/** The part of a trade that is summarized. */
interface TradeResult {
  readonly fee: Fixed8;
  readonly realised: Fixed8 | undefined;
}

export const TRADE_MEASURE: Measure<number, TradeResult, TradeSummary> = {
  name: "trades",
  of(place, { fee, realised }) {
    if (realised === undefined) return { ...NO_TRADES, trades: 1, fees: fee };
    const isWin = realised > 0n;
    const isLoss = realised < 0n;
    return {
      trades: 1,
      fees: fee,
      closed: 1,
      wins: isWin ? 1 : 0,
      losses: isLoss ? 1 : 0,
      won: isWin ? realised : ZERO8,
      lost: isLoss ? subtract8(ZERO8, realised) : ZERO8,
      best: realised,
      worst: realised,
      lastClosed: place,
      lastNotWon: isWin ? -1 : place,
      lastNotLost: isLoss ? -1 : place,
    };
  },
  combine,
};

/** Combines two summaries of different trades. */
export function combine(first: TradeSummary, second: TradeSummary): TradeSummary {
  const fees = add8(first.fees, second.fees);
  const trades = first.trades + second.trades;
  if (first.closed === 0) return { ...second, trades, fees };
  if (second.closed === 0) return { ...first, trades, fees };
  return {
    trades,
    fees,
    closed: first.closed + second.closed,
    wins: first.wins + second.wins,
    losses: first.losses + second.losses,
    won: add8(first.won, second.won),
    lost: add8(first.lost, second.lost),
    best: first.best > second.best ? first.best : second.best,
    worst: first.worst < second.worst ? first.worst : second.worst,
    lastClosed: Math.max(first.lastClosed, second.lastClosed),
    lastNotWon: Math.max(first.lastNotWon, second.lastNotWon),
    lastNotLost: Math.max(first.lastNotLost, second.lastNotLost),
  };
}
