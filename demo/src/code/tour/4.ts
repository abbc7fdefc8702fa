import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import type { Tell } from "./tell.ts";

export async function run(tell: Tell): Promise<void> {
  let isDown = false;
  const exchange = createExchange({
    streamFaults: ({ kind }) => (isDown ? (kind === "upgrade" ? "unreachable" : "cut") : undefined),
  });
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const stream = client.openStream();
  stream.on("gap", ({ channel, from, to }) => tell(`Gap in “${channel}”`, Number(to) - Number(from), "ms"));
  const updates = stream.orders();
  while (stream.state !== "live") await new Promise((resolve) => setTimeout(resolve, 20));
  tell("The stream of the own orders is live. The line is cut while an order is filled.");
  isDown = true;
  await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  setTimeout(() => (isDown = false), 700);
  for await (const { status, source } of updates) {
    tell("The missed update arrives, from the list of orders", `${status}; source: ${source}`);
    break;
  }
  await client.close();
}
