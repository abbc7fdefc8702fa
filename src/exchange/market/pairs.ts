import { toDecimal28, toFixed8, type Fixed8, fixed8 } from "../base/amount.ts";
import type { MarketPair } from "./market.ts";

/** Parameters of a pair of the random walk. */
export interface PairProfile {
  readonly symbol: string;
  /** The price around which the walk moves, in USDT. */
  readonly price: number;
  /** Decimals of the price. */
  readonly decimals: number;
  /** Standard deviation of a day's return. */
  readonly dailyVolatility: number;
  /** How strongly the pair follows the whole market, 0 to 1. */
  readonly correlation: number;
  /** Traded value of an average day, in USDT. */
  readonly dailyValue: number;
}

function profile(
  symbol: string,
  price: number,
  decimals: number,
  dailyVolatility: number,
  correlation: number,
  dailyValue: number,
): PairProfile {
  return { symbol, price, decimals, dailyVolatility, correlation, dailyValue };
}

/** The pairs of the random walk. Their prices span eleven orders of magnitude. */
export const PROFILES: readonly PairProfile[] = [
  profile("1INCHUSDT", 0.3671, 4, 0.045, 0.7, 1.2e7),
  profile("AAVEUSDT", 168.42, 2, 0.045, 0.75, 6e7),
  profile("ADAUSDT", 0.4517, 4, 0.04, 0.8, 1.8e8),
  profile("ALGOUSDT", 0.1734, 4, 0.043, 0.72, 3e7),
  profile("ALICEUSDT", 1.082, 3, 0.05, 0.65, 6e6),
  profile("APTUSDT", 8.914, 3, 0.05, 0.75, 8e7),
  profile("ARBUSDT", 0.8231, 4, 0.05, 0.78, 9e7),
  profile("ATOMUSDT", 4.583, 3, 0.042, 0.75, 4e7),
  profile("AVAXUSDT", 27.31, 2, 0.045, 0.8, 1.4e8),
  profile("BATUSDT", 0.2146, 4, 0.042, 0.7, 9e6),
  profile("BCHUSDT", 352.7, 1, 0.038, 0.75, 1.3e8),
  profile("BNBUSDT", 585.1, 2, 0.028, 0.8, 4e8),
  profile("BONKUSDT", 0.00002143, 8, 0.06, 0.6, 8e7),
  profile("BTCUSDT", 61250.4, 2, 0.025, 1, 1.8e9),
  profile("BTTCUSDT", 0.00000061, 8, 0.03, 0.5, 4e6),
  profile("CHZUSDT", 0.0687, 4, 0.045, 0.68, 2e7),
  profile("COMPUSDT", 51.36, 2, 0.046, 0.72, 2e7),
  profile("CRVUSDT", 0.4382, 4, 0.055, 0.68, 5e7),
  profile("DOGEUSDT", 0.12301, 5, 0.05, 0.7, 4.5e8),
  profile("DOTUSDT", 4.217, 3, 0.042, 0.8, 9e7),
  profile("EGLDUSDT", 31.84, 2, 0.045, 0.72, 2e7),
  profile("ETCUSDT", 21.47, 2, 0.042, 0.75, 7e7),
  profile("ETHUSDT", 3120.55, 2, 0.032, 0.85, 1.1e9),
  profile("FILUSDT", 4.376, 3, 0.046, 0.74, 6e7),
  profile("FLOKIUSDT", 0.00013872, 8, 0.06, 0.6, 5e7),
  profile("FTMUSDT", 0.6518, 4, 0.056, 0.7, 7e7),
  profile("GALAUSDT", 0.02873, 5, 0.055, 0.68, 5e7),
  profile("GRTUSDT", 0.1927, 4, 0.052, 0.7, 3e7),
  profile("HBARUSDT", 0.0784, 4, 0.045, 0.68, 5e7),
  profile("ICPUSDT", 9.237, 3, 0.05, 0.7, 4e7),
  profile("INJUSDT", 24.16, 2, 0.056, 0.68, 6e7),
  profile("LDOUSDT", 1.736, 3, 0.052, 0.7, 3e7),
  profile("LINKUSDT", 13.245, 3, 0.042, 0.8, 1.2e8),
  profile("LTCUSDT", 82.37, 2, 0.035, 0.75, 1.5e8),
  profile("LUNCUSDT", 0.00009841, 8, 0.058, 0.5, 2e7),
  profile("MANAUSDT", 0.3471, 4, 0.046, 0.7, 2e7),
  profile("MKRUSDT", 2486, 0, 0.044, 0.68, 4e7),
  profile("NEARUSDT", 5.164, 3, 0.048, 0.75, 1e8),
  profile("OPUSDT", 1.842, 3, 0.052, 0.76, 8e7),
  profile("PAXGUSDT", 2412, 0, 0.009, 0.1, 8e6),
  profile("PEPEUSDT", 0.00000812, 8, 0.065, 0.6, 5e8),
  profile("RUNEUSDT", 4.682, 3, 0.055, 0.68, 4e7),
  profile("SANDUSDT", 0.3318, 4, 0.047, 0.7, 3e7),
  profile("SHIBUSDT", 0.00001755, 8, 0.05, 0.65, 1.2e8),
  profile("SOLUSDT", 142.8, 2, 0.045, 0.8, 7e8),
  profile("SUIUSDT", 1.147, 4, 0.056, 0.7, 1.6e8),
  profile("TONUSDT", 6.418, 3, 0.042, 0.62, 9e7),
  profile("TRXUSDT", 0.1384, 4, 0.022, 0.5, 1.1e8),
  profile("UNIUSDT", 7.812, 3, 0.046, 0.75, 8e7),
  profile("VETUSDT", 0.02416, 5, 0.044, 0.72, 2e7),
  profile("WBTCUSDT", 61198.2, 2, 0.025, 0.99, 3e7),
  profile("XECUSDT", 0.00003254, 8, 0.045, 0.68, 6e6),
  profile("XLMUSDT", 0.0963, 4, 0.04, 0.7, 4e7),
  profile("XRPUSDT", 0.6122, 4, 0.038, 0.7, 6e8),
  profile("XTZUSDT", 0.7362, 4, 0.04, 0.74, 1e7),
  profile("YFIUSDT", 5873, 0, 0.043, 0.7, 1e7),
  profile("ZECUSDT", 27.35, 2, 0.044, 0.66, 2e7),
];

const USDT = "USDT";

/** Status and order filters of a pair. */
export interface PairFilters {
  readonly status?: "active" | "inactive" | undefined;
  readonly minQty?: string | number | undefined;
  readonly maxQty?: string | number | undefined;
  readonly stepSize?: string | number | undefined;
  readonly minNotional?: string | number | undefined;
}

/** Creates a pair quoted in USDT. `price` determines the default maximum quantity of an order. */
export function createPair(symbol: string, price: number, filters: PairFilters = {}): MarketPair {
  return {
    symbol,
    base: baseOf(symbol),
    quote: USDT,
    status: filters.status ?? "active",
    minQuantity: toFixed8Or(filters.minQty, fixed8(1_000n)),
    maxQuantity: toFixed8Or(filters.maxQty, maxQuantityAt(price)),
    stepSize: toFixed8Or(filters.stepSize, fixed8(1_000n)),
    minNotional: toFixed8Or(filters.minNotional, fixed8(500_000_000n)),
  };
}

/** `BTCUSDT` -> `BTC`. */
export function baseOf(symbol: string): string {
  return symbol.endsWith(USDT) ? symbol.slice(0, -USDT.length) : symbol;
}

function toFixed8Or(text: string | number | undefined, fallback: Fixed8): Fixed8 {
  return text === undefined ? fallback : toFixed8(toDecimal28(text));
}

/** 9000 at a price of 1000 USDT or more, and ten times as many for each tenth of that price. */
function maxQuantityAt(price: number): Fixed8 {
  let max = 9_000n;
  if (price > 0) for (let bound = 1000; bound > price && max < 900_000_000_000n; bound /= 10) max *= 10n;
  return fixed8(max * 100_000_000n);
}
