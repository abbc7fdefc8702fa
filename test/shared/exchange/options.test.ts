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
  [{ insecurekeys: true }, 'Unknown exchange option "insecurekeys". Did you mean'],
  [{ timeScale: 2 }, 'Unknown exchange option "timeScale". Expected market, fidelity,'],
  [{ fidelity: "real" }, 'createExchange: fidelity must be "declared" or "observed"'],
  [{ insecureKeys: "no" }, "createExchange: insecureKeys must be true or false"],
  [{ seed: "5" }, "createExchange: seed must be a number"],
  [{ seed: Number.NaN }, "createExchange: seed must be a number"],
  [{ latency: -1 }, "createExchange: latency must be a number of milliseconds, 0 or more"],
  [{ market: { BTCUSDT: "60000" } }, "createExchange: market must be a market, such as manualMarket("],
  [{ clock: Date }, "createExchange: clock must be a clock, such as virtualClock()"],
  [{ store: "exchange.db" }, 'createExchange: store must be a store, such as sqliteStore("exchange.db")'],
  [{ store: null }, "createExchange: store must be a store"],
  [{ faults: {} }, "createExchange: faults must be"],
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
    faults: seededFaults({ seed: 1, rates: {} }),
    streamFaults: seededStreamFaults({ seed: 1, rates: {} }),
    store: undefined,
    onError: () => {},
  });
  expect(exchange.market.pairs()).toHaveLength(1);
});
