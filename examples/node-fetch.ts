// examples/node-fetch.ts
import { AgentExchangeClient } from "agentexchange";
import { nodeFetch } from "agentexchange/node";

await using client = new AgentExchangeClient({
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL, // default http://localhost:8000
  fetch: nodeFetch,
});
const { price } = await client.getPrice("BTCUSDT");
console.log(price.toString());
