import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";

test("the ticks of one pair, in their order", async () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const exchange = createExchange({
    clock,
    market: manualMarket({ BTCUSDT: { price: "60000" }, ETHUSDT: { price: "3000" } }),
  });
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const stream = client.stream();
  const states: string[] = [];
  stream.on("state", (state) => void states.push(state));
  stream.on("error", (error) => console.log(error));
  const seen: string[] = [];
  stream.onTicker("BTCUSDT", ({ price, source }) => void seen.push(`${price.toString()} ${source}`));
  await exchange.advance(1000);
  for (const price of ["60001", "60002", "60003"]) {
    exchange.market.set("BTCUSDT", { price });
    exchange.market.set("ETHUSDT", { price });
    await exchange.advance(1000);
  }
  expect(seen).toEqual(["60001 stream", "60002 stream", "60003 stream"]);
  expect(states).toEqual(["connecting", "live"]);
  await exchange.advance(300_000);
  expect(states).toEqual(["connecting", "live"]);
  await stream.close();
  expect(stream.state).toBe("closed");
  await exchange.advance(0);
  await client.close();
});
