// examples/snapshot.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const client = new AgentExchangeClient(createExchange().connection); // an exchange inside this program
const { entries } = await client.marketSnapshot(["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"]);
for (const { symbol, price, error } of entries) console.log(symbol, price?.price.toString() ?? error?.message);
