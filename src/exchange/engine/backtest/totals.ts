import { add, compare, divide, HUNDRED, multiply, round, ZERO, type Decimal28 } from "../../base/amount.ts";
import type { PairFigures, ResultTotals, SandboxTrade, TradeTotals } from "./model.ts";

export function noTotals(): TradeTotals {
  return { fees: ZERO, results: noResults(), best: undefined, worst: undefined, byPair: new Map() };
}

function noResults(): ResultTotals {
  return { count: 0, wins: 0, losses: 0, won: ZERO, lost: ZERO };
}

/** Adds a trade, so that no request has to walk all of them. */
export function countTrade(totals: TradeTotals, { symbol, gross, fee, realised }: SandboxTrade): void {
  totals.fees = add(totals.fees, fee);
  let pair = totals.byPair.get(symbol);
  if (pair === undefined) totals.byPair.set(symbol, (pair = { trades: 0, volume: ZERO, netPnl: ZERO, ...noResults() }));
  pair.trades++;
  pair.volume = add(pair.volume, gross);
  if (realised === undefined) return;
  pair.netPnl = add(pair.netPnl, realised);
  countResult(pair, realised);
  countResult(totals.results, realised);
  if (totals.best === undefined || compare(realised, totals.best) > 0) totals.best = realised;
  if (totals.worst === undefined || compare(realised, totals.worst) < 0) totals.worst = realised;
}

function countResult(totals: ResultTotals, result: Decimal28): void {
  totals.count++;
  if (result.units > 0n) {
    totals.wins++;
    totals.won = add(totals.won, result);
  } else if (result.units < 0n) {
    totals.losses++;
    totals.lost = add(totals.lost, result);
  }
}

/** Totals by pair, in the order of their first trades. */
export function figuresByPair({ byPair }: TradeTotals): readonly PairFigures[] {
  return Array.from(byPair, ([symbol, totals]) => ({
    symbol,
    trades: totals.trades,
    wins: totals.wins,
    losses: totals.losses,
    winRate: winRateOf(totals),
    netPnl: totals.netPnl,
    volume: totals.volume,
  }));
}

/** In percent. */
export function winRateOf({ count, wins }: ResultTotals): Decimal28 {
  return count === 0 ? ZERO : round(multiply(divide(toCount(wins), toCount(count)), HUNDRED), 2);
}

export function toCount(count: number): Decimal28 {
  return { units: BigInt(count), scale: 0 };
}
