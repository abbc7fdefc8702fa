import { compare, fromFixed8, type Decimal28 } from "../base/amount.ts";
import {
  createQuote,
  type MarketCandle,
  type Market,
  type MarketPair,
  type MarketTrade,
  type Quote,
  type Summary,
} from "./market.ts";
import { createPair, type PairFilters } from "./pairs.ts";
import { lastStep, type Series } from "./series.ts";
import { DAY, SECOND } from "../time/units.ts";

interface Listing {
  readonly pair: MarketPair;
  readonly series: Series;
  quote: Quote | undefined;
}

/** A market of known trades. The clock determines which of them have happened. */
export function seriesMarket(
  lists: readonly (readonly [symbol: string, series: Series])[],
  filters: Readonly<Record<string, PairFilters>>,
): Market {
  const listings = new Map<string, Listing>();
  for (const [symbol, series] of lists) {
    const price = series.length === 0 ? 0 : Number(toNumberString(series.price(0)));
    listings.set(symbol, { pair: createPair(symbol, price, filters[symbol]), series, quote: undefined });
  }
  const pairs = [...listings.values()].map((listing) => listing.pair);

  return {
    moves: true,
    pairs: () => pairs,
    pair: (symbol) => listings.get(symbol)?.pair,
    quote(symbol, now) {
      const listing = listings.get(symbol);
      const step = listing === undefined ? -1 : lastStep(listing.series, now);
      return listing === undefined || step < 0 ? undefined : quoteAt(listing, step);
    },
    volume(symbol, now) {
      const series = listings.get(symbol)?.series;
      if (series === undefined || lastStep(series, now) < 0) return undefined;
      return volumeOf(series, lastStep(series, now - DAY) + 1, lastStep(series, now) + 1);
    },
    summary(symbol, from, now) {
      const series = listings.get(symbol)?.series;
      return series === undefined ? undefined : summaryOf(series, from, now);
    },
    candles(symbol, interval, limit, from, until, now) {
      const series = listings.get(symbol)?.series;
      return series === undefined ? [] : candlesOf(series, interval, limit, from, until, now);
    },
    trades(symbol, limit, now, after = 0) {
      const series = listings.get(symbol)?.series;
      if (series === undefined) return [];
      const newest = lastStep(series, now);
      const count = Math.min(limit, newest + 1, Math.max(0, newest + 1 - after));
      return Array.from({ length: count }, (_, back) => tradeOf(series, newest - back));
    },
    nextCrossing(symbol, { atOrBelow, atOrAbove }, first, last) {
      const listing = listings.get(symbol);
      if (listing === undefined || last < first) return undefined;
      const { series } = listing;
      const current = lastStep(series, first);
      const below = atOrBelow === undefined ? undefined : fromFixed8(atOrBelow);
      const above = atOrAbove === undefined ? undefined : fromFixed8(atOrAbove);
      let step = series.index.firstOutside(Math.max(0, current), below, above);
      for (; step !== undefined; step = series.index.firstOutside(step + 1, below, above)) {
        const time = step <= current ? first : first + Math.ceil((series.time(step) - first) / SECOND) * SECOND;
        if (time > last) return undefined;
        // Of several prices between two candidate times only the newest counts.
        if (step + 1 === series.length || series.time(step + 1) > time) return time;
      }
      return undefined;
    },
  };
}

function toNumberString({ units, scale }: Decimal28): string {
  return `${units}e${-scale}`;
}

function quoteAt(listing: Listing, step: number): Quote {
  const time = listing.series.time(step);
  if (listing.quote?.time !== time || compare(listing.quote.price, listing.series.price(step)) !== 0)
    listing.quote = createQuote(listing.series.price(step), time);
  return listing.quote;
}

function volumeOf(series: Series, first: number, end: number): Decimal28 {
  return { units: series.volumeBefore(end) - series.volumeBefore(first), scale: 8 };
}

/** The window opens at the price that was current at its start. */
function summaryOf(series: Series, from: number, to: number): Summary | undefined {
  const newest = lastStep(series, to);
  if (newest < 0) return undefined;
  const before = lastStep(series, from);
  return {
    ...extremes(series, Math.max(0, before), newest),
    volume: volumeOf(series, before + 1, newest + 1),
    tradeCount: series.tradesBefore(newest + 1) - series.tradesBefore(before + 1),
  };
}

function extremes(series: Series, first: number, last: number): Pick<Summary, "open" | "high" | "low" | "close"> {
  return {
    open: series.price(first),
    high: series.price(series.index.extreme(first, last, 1)),
    low: series.price(series.index.extreme(first, last, -1)),
    close: series.price(last),
  };
}

function candlesOf(
  series: Series,
  interval: number,
  limit: number,
  from: number,
  until: number,
  now: number,
): readonly MarketCandle[] {
  const candles: MarketCandle[] = [];
  const end = Math.floor(until / interval) * interval + interval - 1;
  let last = lastStep(series, Math.min(now, end));
  while (last >= 0 && candles.length < limit) {
    const time = Math.floor(series.time(last) / interval) * interval;
    if (time < from) break;
    const first = lastStep(series, time - 1) + 1;
    candles.push({
      time,
      ...extremes(series, first, last),
      volume: volumeOf(series, first, last + 1),
      tradeCount: series.tradesBefore(last + 1) - series.tradesBefore(first),
    });
    last = first - 1;
  }
  return candles.toReversed();
}

function tradeOf(series: Series, step: number): MarketTrade {
  return {
    id: step + 1,
    price: series.price(step),
    quantity: volumeOf(series, step, step + 1),
    time: series.time(step),
    isBuyerMaker: series.isBuyerMaker(step),
  };
}
