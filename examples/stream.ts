// examples/stream.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const exchange = createExchange();
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });

const stream = client.openStream();
stream.on("gap", ({ channel, from, to }) => console.log("missed", channel, from, to));
stream.onOrders(({ orderId, status }) => console.log("order", orderId, status));
await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
for await (const { symbol, price } of stream.ticker(["BTCUSDT", "ETHUSDT"])) {
  console.log(symbol, price.toString());
  break;
}
await client.close();
