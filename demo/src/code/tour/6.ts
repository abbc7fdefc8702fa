import { AgentExchangeClient } from "agentexchange";
import { createExchange, virtualClock } from "agentexchange/exchange";
import type { Tell } from "./tell.ts";

export async function run(tell: Tell): Promise<void> {
  const exchange = createExchange({ clock: virtualClock("2026-01-05T00:00:00Z"), seed: 7 });
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const { price } = await client.getPrice("BTCUSDT");
  const limit = { symbol: "BTCUSDT", side: "buy", quantity: "0.02", price: price.mul("0.999").toFixed(2) } as const;
  const { orderId } = await client.placeLimitOrder(limit);
  for (let minute = 10; minute <= 30; minute += 10) {
    for (let tick = 0; tick < 10; tick++) {
      await exchange.advance(60_000); // a minute there
      await new Promise((resolve) => setTimeout(resolve, 100)); // a tenth of a second here: 600×
    }
    tell(`Limit order after ${minute} minutes`, (await client.getOrder(orderId)).status);
  }
  tell("Equity half an hour later", (await client.getPortfolio()).totalEquity.toFixed(2), "USDT");
  await client.close();
}
