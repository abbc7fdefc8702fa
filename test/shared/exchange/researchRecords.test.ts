import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/exchange/base/random.ts";
import type { ExchangeState } from "../../../src/exchange/engine/state.ts";
import {
  manualMarket,
  randomWalkMarket,
  replayMarket,
  type Fidelity,
  type Market,
  type MarketSource,
} from "../../../src/exchange/index.ts";
import { createNodeReader, decode, encodeNow } from "../../../src/exchange/collections/codec.ts";
import { copyValue } from "../../../src/exchange/collections/copyValue.ts";
import { TRADE_MEASURE } from "../../../src/exchange/engine/history/tradeSummary.ts";
import { memoryPages } from "../../support/memoryPages.ts";
import { cases } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";
import { BOTH } from "./backtests.ts";
import { openBareExchange, type BareExchange } from "./bareExchange.ts";
import { researchScript, type ResearchStep } from "./researchRequests.ts";

const STEPS = 60;
/** Both markets' candles of this time have ended when a session begins. */
const SINCE = Date.parse("2026-01-05T00:00:00Z");
const PRICES = { BTCUSDT: 60_000, ETHUSDT: 3000, SOLUSDT: 150 };

/** Minutes of which some have no candle. */
function gappyMarket(seed: number): MarketSource {
  const random = seeded(seed);
  const records = Object.entries(PRICES).flatMap(([symbol, price]) =>
    Array.from({ length: 400 }, (_, minute) => {
      const [open, close] = [price * (0.99 + random() * 0.02), price * (0.99 + random() * 0.02)];
      const [high, low] = [Math.max(open, close), Math.min(open, close)];
      return { symbol, time: SINCE + minute * 60_000, open, high, low, close, volume: 5 };
    }).filter(() => random() < 0.6),
  );
  return replayMarket(records, { interval: 60_000 });
}

const sources: readonly ((seed: number) => MarketSource)[] = [
  () => manualMarket(),
  gappyMarket,
  (seed) => randomWalkMarket({ seed }),
];

/** Replaces every record of the features by a copy of it, in a shape that a file could have. */
function copyRecords(state: ExchangeState): void {
  const pages = memoryPages();
  const text = JSON.stringify(encodeNow(state.parts, pages));
  const measures = [TRADE_MEASURE];
  const context = { reader: createNodeReader(pages, measures, copyValue), measures, copy: copyValue };
  const parts = decode(JSON.parse(text), context) as ReadonlyMap<string, unknown>;
  for (const [name, part] of parts) state.parts.set(name, part);
}

/** Two days of prices that change by the minute. */
async function prepare(exchange: BareExchange<Market>, seed: number): Promise<void> {
  const { market, clock } = exchange;
  if (!("set" in market)) return clock.advance(3_000_000);
  const set = market.set as (symbol: string, quote: { price: string }) => void;
  const random = seeded(seed);
  for (let minute = 0; minute < 50; minute++) {
    for (const [symbol, price] of Object.entries(PRICES))
      if (random() < 0.7) set(symbol, { price: (price * (0.995 + random() * 0.01)).toFixed(4) });
    await clock.advance(60_000);
  }
}

async function run(exchange: BareExchange<Market>, keys: readonly string[], step: ResearchStep): Promise<string> {
  if (!("wait" in step)) return exchange.send(keys[step.actor] ?? "", step.method, step.path, step.body);
  await exchange.clock.advance(step.wait);
  return "";
}

describe("the records of backtests, tests, training and webhooks", () => {
  it.each(BOTH)("can be written and read at any time (%s)", { timeout: 120_000 }, async (fidelity: Fidelity) => {
    for (let seed = 1; seed <= cases(200, 12); seed++) {
      const source = sources[seed % sources.length]?.(seed) ?? manualMarket();
      const one = openBareExchange<Market>(source, fidelity);
      const other = openBareExchange<Market>(source, fidelity);
      const keys = [one.register(), one.register()];
      expect([other.register(), other.register()]).toEqual(keys);
      await prepare(one, seed);
      await prepare(other, seed);
      const script = researchScript(seed, SINCE);
      const copied = Math.floor(seeded(seed + 0.5)() * STEPS);
      for (let at = 0; at < STEPS; at++) {
        if (at === copied) copyRecords(other.state);
        const step = script.next();
        const response = await run(one, keys, step);
        expect(await run(other, keys, step), `seed ${seed}, step ${at}: ${JSON.stringify(step)}`).toBe(response);
        script.learn(response);
      }
      for (const step of script.reads())
        expect(await run(other, keys, step), `seed ${seed}: ${JSON.stringify(step)}`).toBe(await run(one, keys, step));
    }
  });
});

describe("a random stream", () => {
  it("continues from a saved position", () => {
    const stream = randomStream(7, "ids");
    for (let draw = 0; draw < 1000; draw++) stream.bits();
    const position: unknown = JSON.parse(JSON.stringify(stream.save()));
    const rest = Array.from({ length: 100 }, () => stream.bits());
    const other = randomStream(8, "other");
    other.restore(position as readonly number[]);
    expect(Array.from({ length: 100 }, () => other.bits())).toEqual(rest);
  });
});
