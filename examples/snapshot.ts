// examples/snapshot.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const exchange = createExchange({ latency: 50 }); // inside this program, 50 ms away
const client = new AgentExchangeClient(exchange.connection);

const { entries, took } = await client.marketSnapshot(["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"]);
for (const { symbol, price, error } of entries) console.log(symbol, price?.price.toString() ?? error?.message);
console.log(`${Math.round(took)} ms`);
