// examples/five-snapshots.ts
import { AgentExchangeClient } from "agentexchange";

await using client = new AgentExchangeClient({ baseUrl: process.env.AGENTEXCHANGE_BASE_URL });

const symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
const { entries, took } = await client.marketSnapshot(symbols);
for (const { symbol, price, ticker, error } of entries) {
  if (error !== null) console.log(`${symbol}: ${error.message}`);
  else console.log(`${symbol}: $${price.price} (${ticker.changePct}%), volume ${ticker.volume}`);
}
console.log(`${took.toFixed(1)} ms for all`);
