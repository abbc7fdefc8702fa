// examples/await-using.ts
import { AgentExchangeClient } from "agentexchange";

await using client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL, // default http://localhost:8000
  timeout: 30_000, // milliseconds for a whole call, the default
});

const { price } = await client.getPrice("BTCUSDT");
console.log(price.toString());
