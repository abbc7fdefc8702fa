import { toDecimal28 } from "../../base/amount.ts";
import {
  bollingerBands,
  directionalIndex,
  exponentialAverage,
  macd,
  relativeStrength,
  simpleAverage,
  type Bands,
  type Macd,
} from "../indicators.ts";
import type { Condition, Definition, HeldPosition, Rules } from "./model.ts";
import { HOUR, intervalLength, SECOND } from "../../time/units.ts";

const FLAGS = new Set(["macd_cross_above", "macd_cross_below", "bb_below_lower", "bb_above_upper"]);
const AVERAGES = new Set(["price_above_sma", "price_below_sma", "price_above_ema", "price_below_ema"]);
const NUMBERS = new Set([...AVERAGES, "rsi_below", "rsi_above", "adx_above", "volume_above_ma"]);
const TRUE_WORDS = new Set(["true", "yes", "on", "y", "t", "1"]);
const WINDOW = 200;

/** Parses a validated definition. */
export function rulesOf(definition: Definition, fallBack: boolean): Rules {
  const entry = conditionsOf(definition["entry_conditions"]).map(([name, value]): Condition => {
    if (FLAGS.has(name)) return [name, toFlag(value)];
    return [name, NUMBERS.has(name) ? Number(value) : undefined];
  });
  const exit = conditionsOf(definition["exit_conditions"]).map(([name, value]): readonly [string, number | boolean] => [
    name,
    FLAGS.has(name) ? toFlag(value) : Number(value),
  ]);
  const periods = entry.map(([name, value]) => (AVERAGES.has(name) && !fallBack ? Number(value) : 0));
  return {
    pairs: definition["pairs"] as readonly string[],
    timeframe: (intervalLength((definition["timeframe"] as string | undefined) ?? "1h") ?? HOUR) / SECOND,
    entry,
    exit: Object.fromEntries(exit),
    positionSizePct: toDecimal28(
      String((definition["position_size_pct"] as string | number | undefined) ?? 10).replaceAll("_", ""),
    ),
    maxPositions: Number(definition["max_positions"] ?? 3),
    lookback: Math.min(10_000, Math.max(WINDOW, ...periods)),
  };
}

function conditionsOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value as Definition).filter(([, each]) => each !== null);
}

function toFlag(value: unknown): boolean {
  return value === true || TRUE_WORDS.has(String(value).toLowerCase());
}

/** Indicators of a pair's closes, each computed on first use. */
export class IndicatorCache {
  /** Limited to the platform's window. */
  readonly #closes: readonly number[];
  readonly #all: readonly number[];
  #rsi: number | undefined;
  #macd: Macd | undefined;
  #bands: Bands | undefined;

  constructor(closes: readonly number[]) {
    this.#all = closes;
    this.#closes = closes.length > WINDOW ? closes.slice(-WINDOW) : closes;
  }

  get rsi(): number | undefined {
    return (this.#rsi ??= relativeStrength(this.#closes));
  }

  get macd(): Macd | undefined {
    return (this.#macd ??= macd(this.#closes));
  }

  get bands(): Bands | undefined {
    return (this.#bands ??= bollingerBands(this.#closes));
  }

  get adx(): number | undefined {
    const closes = this.#closes;
    return directionalIndex({ high: closes, low: closes, close: closes, volume: [] });
  }

  /** The simple moving average. The platform uses a period of 20 for all but 50. */
  sma(period: number, fallBack: boolean): number | undefined {
    if (!fallBack) return period < 1 ? undefined : simpleAverage(this.#all, period);
    return (period === 50 ? simpleAverage(this.#closes, 50) : undefined) ?? simpleAverage(this.#closes, 20);
  }

  /** The exponential moving average. The platform uses a period of 12 for all but 26. */
  ema(period: number, fallBack: boolean): number | undefined {
    if (!fallBack)
      return period < 1 ? undefined : exponentialAverage(period > WINDOW ? this.#all : this.#closes, period);
    return (period === 26 ? exponentialAverage(this.#closes, 26) : undefined) ?? exponentialAverage(this.#closes, 12);
  }
}

/** Whether to buy: there is at least one condition, and all hold. */
export function shouldEnter({ entry }: Rules, price: number, indicators: IndicatorCache, fallBack: boolean): boolean {
  const conditions = fallBack ? entry : entry.filter(([, value]) => value !== false);
  return conditions.length > 0 && conditions.every(([name, value]) => holds(name, value, price, indicators, fallBack));
}

function holds(
  name: string,
  value: number | boolean | undefined,
  price: number,
  indicators: IndicatorCache,
  fallBack: boolean,
): boolean {
  const number = Number(value);
  switch (name) {
    case "rsi_below":
      return isBelow(indicators.rsi, number);
    case "rsi_above":
      return isBelow(number, indicators.rsi);
    case "macd_cross_above":
      return isBelow(indicators.macd?.signal, indicators.macd?.line);
    case "macd_cross_below":
      return isBelow(indicators.macd?.line, indicators.macd?.signal);
    case "price_above_sma":
      return isBelow(indicators.sma(number, fallBack), price);
    case "price_below_sma":
      return isBelow(price, indicators.sma(number, fallBack));
    case "price_above_ema":
      return isBelow(indicators.ema(number, fallBack), price);
    case "price_below_ema":
      return isBelow(price, indicators.ema(number, fallBack));
    case "bb_below_lower":
      return isBelow(price, indicators.bands?.lower);
    case "bb_above_upper":
      return isBelow(indicators.bands?.upper, price);
    case "adx_above":
      return isBelow(number, indicators.adx);
    // Tests have no volumes, so `volume_above_ma` never holds. Nor do unknown conditions.
    default:
      return false;
  }
}

/** Whether to sell: any condition holds. */
export function shouldExit(
  { exit }: Rules,
  price: number,
  held: HeldPosition,
  step: number,
  indicators: IndicatorCache,
): boolean {
  const { entryPrice, entryStep, peak } = held;
  const limit = (name: string): number | undefined => (exit[name] === undefined ? undefined : Number(exit[name]));
  return (
    isAtMost(limit("stop_loss_pct"), ((entryPrice - price) / entryPrice) * 100) ||
    isAtMost(limit("take_profit_pct"), ((price - entryPrice) / entryPrice) * 100) ||
    isAtMost(limit("trailing_stop_pct"), ((peak - price) / peak) * 100) ||
    isAtMost(limit("max_hold_candles"), step - entryStep) ||
    (exit["rsi_above"] !== undefined && isBelow(limit("rsi_above"), indicators.rsi)) ||
    (exit["rsi_below"] !== undefined && isBelow(indicators.rsi, limit("rsi_below"))) ||
    (exit["macd_cross_below"] === true && isBelow(indicators.macd?.line, indicators.macd?.signal))
  );
}

/** False if either value is unknown. */
function isBelow(a: number | undefined, b: number | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}

function isAtMost(a: number | undefined, b: number): boolean {
  return a !== undefined && a <= b;
}
