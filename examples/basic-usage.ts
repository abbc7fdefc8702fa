// examples/basic-usage.ts
import { AgentExchangeClient } from "agentexchange";

const client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL, // default http://localhost:8000
});

const { price } = await client.getPrice("BTCUSDT");
console.log(`BTC: $${price}`);

const { balances } = await client.getBalance();
const usdt = balances.find(({ asset }) => asset === "USDT");
console.log(`Available USDT: ${usdt?.available}`);

const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
console.log(`Order ${order.orderId}: ${order.status}`);

const portfolio = await client.getPortfolio();
console.log(`Total equity: $${portfolio.totalEquity} ROI: ${portfolio.roiPct}%`);

await client.close();
