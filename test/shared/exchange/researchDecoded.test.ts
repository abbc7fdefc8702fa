// The client can decode whatever the exchange replies about backtests, strategies, tests and training runs.
import { expect, it } from "vitest";
import { manualMarket, randomWalkMarket, type Market, type MarketSource } from "../../../src/exchange/index.ts";
import { endpointOf, endpoints } from "../../support/endpoints.ts";
import { cases } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";
import { BOTH } from "./backtests.ts";
import { openBareExchange, type BareExchange } from "./bareExchange.ts";
import { researchScript, type ResearchStep } from "./researchRequests.ts";

const STEPS = 120;
const SINCE = Date.parse("2026-01-05T00:00:00Z");
const PRICES = { BTCUSDT: 60_000, ETHUSDT: 3000, SOLUSDT: 150 };
const sources: readonly ((seed: number) => MarketSource)[] = [
  () => manualMarket(),
  (seed) => randomWalkMarket({ seed }),
];

/** An hour of prices. */
async function prepare({ market, clock }: BareExchange<Market>, seed: number): Promise<void> {
  const set = "set" in market ? (market.set as (symbol: string, quote: { price: string }) => void) : undefined;
  const random = seeded(seed);
  for (let minute = 0; minute < 60; minute++) {
    for (const [symbol, price] of Object.entries(PRICES))
      if (random() < 0.7) set?.(symbol, { price: (price * (0.995 + random() * 0.01)).toFixed(4) });
    await clock.advance(60_000);
  }
}

/** Decodes a successful response; returns the name of the endpoint that did, or undefined. */
function decode({ method, path }: Exclude<ResearchStep, { wait: number }>, response: string): string | undefined {
  const endpoint = endpointOf(method, `/api/v1${path.replace(/\?.*/, "")}`);
  if (!response.startsWith("2") || endpoint === undefined) return undefined;
  endpoint.output.decode(JSON.parse(response.slice("200 ".length)));
  return endpoint.name;
}

it.each(BOTH)("every reply is decoded (%s)", { timeout: 120_000 }, async (fidelity) => {
  const names = new Set<string>();
  for (let seed = 1; seed <= cases(30, 15); seed++) {
    const source = sources[seed % sources.length]?.(seed) ?? manualMarket();
    const exchange = openBareExchange<Market>(source, fidelity);
    const keys = [exchange.register(), exchange.register()];
    await prepare(exchange, seed);
    const script = researchScript(seed, SINCE);
    const play = async (step: ResearchStep): Promise<void> => {
      if ("wait" in step) return exchange.clock.advance(step.wait);
      const response = await exchange.send(keys[step.actor] ?? "", step.method, step.path, step.body);
      script.learn(response);
      try {
        names.add(decode(step, response) ?? "");
      } catch (error) {
        throw new Error(`seed ${seed}: ${step.method} ${step.path} replied ${response}`, { cause: error });
      }
    };
    for (let at = 0; at < STEPS; at++) await play(script.next());
    for (const step of script.reads()) await play(step);
  }
  const researched = endpoints.filter(({ path }) => /^\/(backtest|strategies|training|market\/data)/.test(path));
  // getTestStatus is the same request as getTestResults.
  const missed = researched.map(({ name }) => name).filter((name) => !names.has(name) && name !== "getTestStatus");
  expect(missed).toEqual([]);
});
