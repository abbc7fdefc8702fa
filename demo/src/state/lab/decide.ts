// What a strategy does at each candle of a backtest: the rules of the exchange's own strategy tests.
import type { StrategyDefinition } from "agentexchange";
import { formatDecimal } from "../../../../src/exchange/base/amount.ts";
import { IndicatorCache, rulesOf, shouldEnter, shouldExit } from "../../../../src/exchange/engine/strategies/rules.ts";

/** The position of a pair as the rules see it. */
interface Held {
  readonly entryPrice: number;
  readonly entryStep: number;
  peak: number;
}

/** What to do at a candle: sell first, then buy. */
export interface Decision {
  readonly sell: readonly string[];
  /** In order of preference; each may fail. */
  readonly buy: readonly string[];
}

/** Decides candle by candle, from what has been seen until then. */
export interface Decider {
  /** Of the equity, for each position; a decimal. */
  readonly positionSizePct: string;
  /** Takes the latest closes, by pair. */
  see(closes: ReadonlyMap<string, number>): Decision;
  /** Tells which positions there are now, with their mean entry price. */
  holds(positions: ReadonlyMap<string, number>): void;
}

export function createDecider(definition: StrategyDefinition): Decider {
  const rules = rulesOf(definition, false);
  const pairs = [...new Set(rules.pairs)];
  const seen = new Map<string, number[]>();
  const held = new Map<string, Held>();
  let step = 0;
  let latest: ReadonlyMap<string, number> = new Map();

  return {
    positionSizePct: formatDecimal(rules.positionSizePct),
    see(closes) {
      step++;
      latest = closes;
      const sell: string[] = [];
      const buy: string[] = [];
      let open = held.size;
      for (const symbol of pairs) {
        const price = closes.get(symbol);
        if (price === undefined) continue;
        const known = seen.get(symbol) ?? [];
        if (known.length >= rules.lookback) known.shift();
        known.push(price);
        seen.set(symbol, known);
      }
      const indicators = new Map(pairs.map((symbol) => [symbol, new IndicatorCache(seen.get(symbol) ?? [])]));
      for (const [symbol, position] of held) {
        const price = closes.get(symbol);
        const indicator = indicators.get(symbol);
        if (price === undefined || indicator === undefined) continue;
        position.peak = Math.max(position.peak, price);
        if (shouldExit(rules, price, position, step, indicator)) sell.push(symbol);
      }
      for (const symbol of pairs) {
        const price = closes.get(symbol);
        const indicator = indicators.get(symbol);
        if (open >= rules.maxPositions) break;
        if (price === undefined || indicator === undefined || (held.has(symbol) && !sell.includes(symbol))) continue;
        if (!shouldEnter(rules, price, indicator, false)) continue;
        buy.push(symbol);
        open++;
      }
      return { sell, buy };
    },
    holds(positions) {
      for (const symbol of held.keys()) if (!positions.has(symbol)) held.delete(symbol);
      for (const [symbol, entryPrice] of positions)
        if (!held.has(symbol))
          held.set(symbol, { entryPrice, entryStep: step, peak: latest.get(symbol) ?? entryPrice });
    },
  };
}
