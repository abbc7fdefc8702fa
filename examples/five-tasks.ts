// examples/five-tasks.ts
import { AgentExchangeClient } from "agentexchange";

await using client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
});

const tasks: Record<string, () => Promise<unknown>> = {
  "What is the current BTC price?": async () => (await client.getPrice("BTCUSDT")).price,
  "What is my portfolio value?": async () => (await client.getPortfolio()).totalEquity,
  "List my open orders.": async () => (await client.getOpenOrders()).map((order) => order.orderId),
  "What were my last 5 trades?": async () => (await client.getTradeHistory({ limit: 5 })).map((trade) => trade.total),
  "What is my 7-day Sharpe ratio?": async () => (await client.getPerformance({ period: "7d" })).sharpeRatio,
};

const results = await Promise.all(
  Object.entries(tasks).map(async ([task, run]) => `${task} ${JSON.stringify(await run())}`),
);
for (const result of results) console.log(result);
