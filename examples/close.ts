// examples/close.ts
import { AgentExchangeClient } from "agentexchange";

const client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
});
try {
  const { price } = await client.getPrice("BTCUSDT");
  console.log(price.toString());
} finally {
  await client.close();
}
