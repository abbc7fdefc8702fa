import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import { createToolbox } from "agentexchange/tools";
import type { Tell } from "./tell.ts";

export async function run(tell: Tell): Promise<void> {
  const exchange = createExchange({ latency: 40 });
  const { apiKey } = await exchange.register({ startingBalance: "10000" });
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const mandate = { symbols: ["BTCUSDT"], maxOrder: "200", until: "2099-12-31T00:00:00Z" };
  const toolbox = createToolbox(client, { mandate });
  for (const [symbol, quantity] of [
    ["BTCUSDT", "0.001"],
    ["BTCUSDT", "0.1"],
    ["DOGEUSDT", "10"],
  ]) {
    const answer = await toolbox.run("placeMarketOrder", { symbol, side: "buy", quantity });
    tell(`The agent wants ${quantity} ${symbol}`, answer.ok ? "placed" : answer.error.code);
    if (!answer.ok) tell(answer.error.nextStep);
  }
  tell("Orders on the exchange", (await client.listOrders()).length);
  await toolbox.close();
  await client.close();
}
