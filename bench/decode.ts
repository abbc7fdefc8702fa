// Cost of decoding, relative to JSON.parse of the same text.
import { getAllPrices, getCandles } from "../src/endpoints/index.ts";
import { HOUR } from "../src/wire/index.ts";
import { Decimal } from "agentexchange";
import { compare, seeded, type Measured } from "./harness.ts";

interface RawCandle {
  readonly time: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly trade_count: number;
}

function candlesText(): string {
  const random = seeded(7);
  const price = (): string => (60_000 + random() * 3000).toFixed(8);
  const candles = Array.from({ length: 1000 }, (_, index): RawCandle => ({
    time: new Date(Date.UTC(2026, 0, 1) + index * HOUR).toISOString().replace(".000Z", "Z"),
    open: price(),
    high: price(),
    low: price(),
    close: price(),
    volume: (random() * 900).toFixed(8),
    trade_count: Math.floor(random() * 20_000),
  }));
  return JSON.stringify({ symbol: "BTCUSDT", interval: "1h", candles, count: candles.length });
}

function pricesText(): string {
  const random = seeded(9);
  const prices = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [`S${index}USDT`, (random() * 100).toFixed(random() < 0.5 ? 2 : 8)]),
  );
  return JSON.stringify({
    prices,
    timestamp: "2026-03-05T14:07:32.001274Z",
    count: 600,
    stale: false,
    data_age_seconds: 0.5,
  });
}

export async function decodeBench(
  rounds = 300,
): Promise<{ readonly candles: readonly Measured[]; readonly prices: readonly Measured[] }> {
  const candles = candlesText();
  const prices = pricesText();
  const plan = { rounds, batch: 2, clock: "wall" } as const;
  return {
    candles: await compare(
      [
        { name: "JSON.parse", run: () => JSON.parse(candles) as unknown },
        {
          name: "JSON.parse + new Decimal + new Date",
          run: () =>
            (JSON.parse(candles) as { readonly candles: readonly RawCandle[] }).candles.map((candle) => ({
              time: new Date(candle.time),
              open: new Decimal(candle.open),
              high: new Decimal(candle.high),
              low: new Decimal(candle.low),
              close: new Decimal(candle.close),
              volume: new Decimal(candle.volume),
              tradeCount: candle.trade_count,
            })),
        },
        { name: "JSON.parse + decode", run: () => getCandles.output.decode(JSON.parse(candles)) },
      ],
      plan,
    ),
    prices: await compare(
      [
        { name: "JSON.parse", run: () => JSON.parse(prices) as unknown },
        { name: "JSON.parse + decode", run: () => getAllPrices.output.decode(JSON.parse(prices)) },
      ],
      plan,
    ),
  };
}
