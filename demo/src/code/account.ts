import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const exchange = createExchange();
const { apiKey } = await exchange.register({ startingBalance: "10000" });
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
await client.placeMarketOrder({ symbol: "ETHUSDT", side: "buy", quantity: "0.5" });
const { totalEquity, positions } = await client.getPortfolio();
console.log("equity", totalEquity.toFixed(2), "in", positions.length, "position");
for await (const { side, quantity, symbol, price } of client.iterateTradeHistory())
  console.log(side, quantity.toFixed(), symbol, "at", price.toFixed()); // all pages
await client.close();
