import { expect, it } from "vitest";
import {
  createExchange,
  manualMarket,
  StoreError,
  virtualClock,
  type ExchangeStore,
} from "../../../src/exchange/index.ts";
import { snapshotStore } from "../../support/snapshotStore.ts";
import { PAIRS } from "./scenes.ts";
import { START } from "./trader.ts";

/** A store without room for pages. */
function fullStore(store: ExchangeStore): ExchangeStore {
  return {
    open() {
      const opened = store.open();
      const { snapshots } = opened;
      if (snapshots !== undefined)
        snapshots.writePage = () => {
          throw new StoreError("the disk is full");
        };
      return opened;
    },
  };
}

it("an exchange whose last snapshot cannot be written closes, and its journal has everything", async () => {
  const store = snapshotStore();
  const options = { clock: virtualClock(START), market: manualMarket(PAIRS) };
  const exchange = createExchange({ ...options, store: fullStore(store) });
  const accounts = await Promise.all(Array.from({ length: 20 }, () => exchange.register()));
  expect(() => exchange.close()).not.toThrow();
  expect(store.completed).toBe(0);
  const again = createExchange({ ...options, clock: virtualClock(START), store });
  for (const { apiKey } of accounts) {
    const response = await again.fetch("http://x/api/v1/account/balance", { headers: { "x-api-key": apiKey } });
    expect(response.status).toBe(200);
  }
  again.close();
});
