import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const client = new AgentExchangeClient(createExchange().connection); // or { baseUrl: "https://…" }
const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
const { entries, took } = await client.marketSnapshot(symbols); // ten calls at once
for (const { symbol, price, ticker, error } of entries)
  console.log(symbol, error?.message ?? `${price?.price.toFixed()} (${ticker?.changePct.toFixed()} %)`);
console.log(`${took.toFixed(1)} ms for all`);
await client.close();
