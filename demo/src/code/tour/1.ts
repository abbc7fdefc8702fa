import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import type { Tell } from "./tell.ts";

export async function run(tell: Tell): Promise<void> {
  const client = new AgentExchangeClient(createExchange({ latency: 80 }).connection);
  const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
  const start = performance.now();
  for (const symbol of symbols) await client.marketSnapshot([symbol]); // price and ticker of each
  const oneByOne = performance.now() - start;
  tell("One after another", oneByOne, "ms");
  const { took } = await client.marketSnapshot(symbols);
  tell("All at once", took, "ms");
  tell("Faster", oneByOne / took, "×");
  await client.close();
}
