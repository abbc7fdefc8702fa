// examples/deno-npm.ts
// deno run --allow-net=api.example.com:443 --allow-env=AGENTEXCHANGE_API_KEY,AGENTEXCHANGE_BASE_URL deno-npm.ts
import { AgentExchangeClient } from "npm:agentexchange@^0.1.0";
import process from "node:process";

const client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
});
const { totalEquity } = await client.getPortfolio();
for await (const { symbol, price } of client.openStream().ticker("BTCUSDT")) {
  console.log(`${symbol} ${price}, portfolio ${totalEquity}`);
  break;
}
await client.close();
