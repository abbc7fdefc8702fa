// examples/shared-limiter.ts
import { AgentExchangeClient, memoryBudget, sharedLimiter } from "agentexchange";

const connection = {
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
  rateLimit: sharedLimiter(memoryBudget()),
};
await using trader = new AgentExchangeClient(connection);
await using dashboard = new AgentExchangeClient(connection);

// 80 requests of an account that may send 100 per minute. Neither client can use up what the other needs.
const calls = [trader, dashboard].flatMap((client) => Array.from({ length: 40 }, () => client.listOrders()));
const answered = await Promise.all(calls);
console.log(`${answered.length} calls, none rejected`);
