// Options of createExchange: a misspelt or invalid option must not silently create a different exchange.
import { expect, test } from "vitest";
import {
  createExchange,
  manualMarket,
  seededFaults,
  seededStreamFaults,
  virtualClock,
} from "../../../src/exchange/index.ts";

test.each([
  [{ insecurekeys: true }, 'Unknown exchange option "insecurekeys". Did you mean "insecureKeys"?'],
  [{ timeScale: 2 }, 'Unknown exchange option "timeScale". Expected market, fidelity,'],
  [{ fidelity: "real" }, 'Exchange option "fidelity" must be "declared" or "observed", received "real".'],
  [{ insecureKeys: "no" }, 'Exchange option "insecureKeys" must be true or false, received "no".'],
  [{ seed: "5" }, 'Exchange option "seed" must be a number, received "5".'],
  [{ seed: Number.NaN }, 'Exchange option "seed" must be a number, received NaN.'],
  [{ latency: -1 }, 'Exchange option "latency" must be 0 or more milliseconds, received -1.'],
  [{ market: { BTCUSDT: "60000" } }, 'Exchange option "market" must be a market, such as manualMarket('],
  [{ clock: Date }, 'Exchange option "clock" must be a clock, such as virtualClock(), received a function.'],
  [
    { store: "exchange.db" },
    'Exchange option "store" must be a store, such as sqliteStore("exchange.db"), received "exchange.db".',
  ],
  [{ store: null }, 'Exchange option "store" must be a store'],
  [{ faults: {} }, 'Exchange option "faults" must be'],
])("rejects %j", (options, message) => {
  expect(() => createExchange(options as object)).toThrow(message);
});

test("accepts every option, and undefined for omitted ones", () => {
  const exchange = createExchange({
    market: manualMarket({ BTCUSDT: { price: "60000" } }),
    fidelity: "observed",
    clock: virtualClock(),
    seed: 0,
    insecureKeys: false,
    latency: 0,
    rateLimits: true,
    requireSignatures: false,
    corsOrigins: ["https://app.example"],
    clientAddress: () => "1.2.3.4",
    trustProxy: false,
    webhookFetch: async () => new Response(),
    webhookLookup: async () => [],
    webhookSignatures: "standard",
    faults: seededFaults({ seed: 1, rates: {} }),
    streamFaults: seededStreamFaults({ seed: 1, rates: {} }),
    store: undefined,
    onError: () => {},
  });
  expect(exchange.market.pairs()).toHaveLength(1);
});
