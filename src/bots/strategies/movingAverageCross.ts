import { getCandles, getPositions } from "../../client/operations/index.ts";
import type { Candle, Position } from "../../endpoints/index.ts";
import { CANDLE_INTERVALS, Exact, INTERVALS, type CandleInterval, type Decimal } from "../../wire/index.ts";
import type { JsonObject } from "../../tools/index.ts";
import type { Decision, Strategy, StrategyContext } from "../types.ts";
import { readOptions } from "./options.ts";
import { buy, ORDER_REQUESTS, sell, shown } from "./orders.ts";

/** Options of {@link movingAverageCross}. */
export interface MovingAverageCrossOptions {
  /** What one purchase spends, in USDT, without the fee. */
  readonly amount: string;
  /** Candles of the short average; default 10. */
  readonly fast?: number | undefined;
  /** Candles of the long average, up to 200; default 30. */
  readonly slow?: number | undefined;
  /** Default `1h`. */
  readonly interval?: CandleInterval | undefined;
  /** Sells a position that has lost this much of its entry price, in percent; default never. */
  readonly stopPct?: string | undefined;
}

/** Candles more than needed, since some may have ended after the tick. */
const SPARE = 5;

type Trend = "up" | "down";

/**
 * Buys when the short moving average of closing prices rises above the long one, and sells when it falls below, or when
 * the position has lost too much. It remembers each pair's trend: the first tick only looks, and after a stop it waits for
 * the next rise.
 *
 * @throws ValidationError if an option is unknown or invalid
 * @example
 * ```ts
 * import { movingAverageCross } from "agentexchange/bots";
 *
 * const strategy = movingAverageCross({ amount: "100", fast: 10, slow: 30, interval: "1h", stopPct: "5" });
 * console.log(strategy.name); // movingAverageCross
 * ```
 */
export function movingAverageCross(options: MovingAverageCrossOptions): Strategy {
  const name = "movingAverageCross";
  const read = readOptions(name, options, ["amount", "fast", "slow", "interval", "stopPct"]);
  const { fast: givenFast = 10, slow: givenSlow = 30, interval = "1h", stopPct } = options;
  const amount = read.amount("amount", options.amount);
  const fast = read.whole("fast", givenFast, 1, 199);
  const slow = read.whole("slow", givenSlow, 2, 200);
  if (fast >= slow) read.report("fast", "must be less than slow");
  if (!CANDLE_INTERVALS.includes(interval)) read.report("interval", `must be one of ${CANDLE_INTERVALS.join(", ")}`);
  const stop = stopPct === undefined ? undefined : read.percent("stopPct", stopPct);
  read.check();

  async function decide(context: StrategyContext): Promise<Decision> {
    const { client, symbols, signal, remaining } = context;
    const trends: Record<string, Trend> = trendsOf(context.memory);
    const positions = new Map((await client.send(getPositions, { signal })).map((one) => [one.symbol, one]));
    const extra = (): { readonly memory: JsonObject } => ({ memory: { trends } });
    for (const symbol of symbols) {
      const position = positions.get(symbol);
      if (stop !== undefined && position !== undefined && isStopped(position, stop))
        return sell(context, symbol, position.quantity, stopReason(position), extra());
    }
    for (const [index, symbol] of symbols.entries()) {
      if (remaining() <= ORDER_REQUESTS)
        return { kind: "hold", reason: `The budget ended before ${symbol}.`, ...extra(), cursor: symbol };
      const candles = await client.send(getCandles, symbol, { interval, limit: slow + SPARE }, { signal });
      const averages = averagesOf(closed(candles, interval, context.scheduledAt), fast, slow);
      const trend = averages === undefined ? undefined : trendOf(averages);
      const before = trends[symbol];
      if (averages === undefined || trend === undefined || trend === before) continue;
      trends[symbol] = trend;
      const position = positions.get(symbol);
      const reason = crossReason(symbol, averages, trend);
      const more = { ...extra(), cursor: symbols[(index + 1) % symbols.length] };
      if (trend === "up" && before !== undefined && position === undefined)
        return buy(context, symbol, amount, reason, more);
      if (trend === "down" && before !== undefined && position !== undefined)
        return sell(context, symbol, position.quantity, reason, more);
    }
    return { kind: "hold", reason: "No averages have crossed.", ...extra() };
  }
  return { name, decide };
}

function trendsOf({ trends }: JsonObject): Record<string, Trend> {
  return typeof trends === "object" && trends !== null && !Array.isArray(trends)
    ? { ...(trends as Record<string, Trend>) }
    : {};
}

function isStopped({ avgEntryPrice, currentPrice, quantity }: Position, stop: Decimal): boolean {
  // The platform reports the price 0 if it knows none.
  if (currentPrice.isZero() || quantity.lte(0)) return false;
  return currentPrice.lte(Exact.mul(avgEntryPrice, Exact.sub(100, stop)).div(100));
}

function stopReason({ symbol, avgEntryPrice, currentPrice }: Position): string {
  return `${symbol} fell from ${shown(avgEntryPrice)} to ${shown(currentPrice)} USDT, which is the stop.`;
}

/** Candles that had ended at the tick, oldest first. */
function closed(candles: readonly Candle[], interval: CandleInterval, at: Date): readonly Candle[] {
  const length = INTERVALS[interval];
  return candles
    .filter(({ time }) => time.getTime() + length <= at.getTime())
    .toSorted((one, other) => one.time.getTime() - other.time.getTime());
}

interface Averages {
  readonly short: Decimal;
  readonly long: Decimal;
}

function averagesOf(candles: readonly Candle[], fast: number, slow: number): Averages | undefined {
  if (candles.length < slow) return undefined;
  const average = (count: number): Decimal =>
    candles
      .slice(-count)
      .reduce((sum, { close }) => sum.plus(close), new Exact(0))
      .div(count);
  return { short: average(fast), long: average(slow) };
}

/** Equal averages are no trend. */
function trendOf({ short, long }: Averages): Trend | undefined {
  return short.eq(long) ? undefined : short.gt(long) ? "up" : "down";
}

function crossReason(symbol: string, { short, long }: Averages, trend: Trend): string {
  const [direction, position] = trend === "up" ? ["rose", "above"] : ["fell", "below"];
  return `The short average of ${symbol} (${shown(short)}) ${direction} ${position} the long one (${shown(long)}).`;
}
