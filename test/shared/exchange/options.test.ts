// What createExchange takes: a misspelt or wrong option must not make another exchange than the one that was meant.
import { expect, test } from "vitest";
import {
  createExchange,
  manualMarket,
  seededFaults,
  seededStreamFaults,
  virtualClock,
} from "../../../src/exchange/index.ts";

test.each([
  [{ insecurekeys: true }, "createExchange: insecurekeys is no option of an exchange. Did you mean insecureKeys?"],
  [{ timeScale: 2 }, "createExchange: timeScale is no option of an exchange. It takes market, fidelity,"],
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
])("refuses %j", (options, message) => {
  expect(() => createExchange(options as object)).toThrow(message);
});

test("takes everything that it knows, and undefined for what is left out", () => {
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
