import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const exchange = createExchange();
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
const endTime = (await client.getDataRange()).latest ?? new Date();
const startTime = new Date(endTime.getTime() - 6 * 3_600_000);
const { sessionId } = await client.createBacktest({ startTime, endTime, startingBalance: "10000", pairs: ["BTCUSDT"] });
await client.startBacktest(sessionId);
await client.placeBacktestOrder(sessionId, { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.05" });
for (let done = false; !done;) ({ isComplete: done } = await client.stepBacktest(sessionId, { steps: 60 }));
const { summary } = await client.getBacktestResults(sessionId);
console.log("return", summary.roiPct.toFixed(), "%", "trades", (await client.getBacktestTrades(sessionId)).length);
await client.close();
