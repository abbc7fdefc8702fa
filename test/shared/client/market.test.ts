import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { createExchange, replayMarket, virtualClock } from "../../../src/exchange/index.ts";
import { drive } from "../../support/drive.ts";

test("each price says whether the feed is stale, and how old it is", async () => {
  const clock = virtualClock("2026-01-05T00:00:00Z");
  const market = replayMarket([{ symbol: "BTCUSDT", time: "2026-01-05T00:00:01Z", price: "60000", quantity: "1" }]);
  const exchange = createExchange({ clock, market });
  const client = new AgentExchangeClient({ ...exchange.connection, clock });
  await exchange.advance(31_000);
  const [price, ...others] = await drive(clock, client.getAllPrices());
  expect(others).toEqual([]);
  expect(price).toMatchObject({ symbol: "BTCUSDT", stale: false, dataAgeSeconds: 30 });
  await exchange.advance(60_000);
  const [later] = await drive(clock, client.getAllPrices());
  expect(later).toMatchObject({ stale: true });
  expect(later?.dataAgeSeconds).toBeGreaterThanOrEqual(90);
  await client.close();
});
