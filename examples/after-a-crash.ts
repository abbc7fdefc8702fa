// examples/after-a-crash.ts
import { AgentExchangeClient } from "agentexchange";
import { fileIntents } from "agentexchange/node";

await using client = new AgentExchangeClient({
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  intents: fileIntents("./unresolved-orders"),
});

for (const { side, quantity, symbol, reconcile } of await client.unresolvedOrders()) {
  const order = await reconcile();
  console.log(side, quantity, symbol, order?.status ?? "not found");
}
