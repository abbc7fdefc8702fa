import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import { estimateOrder } from "agentexchange/tools";

const exchange = createExchange();
const { apiKey } = await exchange.register({ startingBalance: "10000" });
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;
const { fill, problems } = await estimateOrder(client, "placeMarketOrder", order); // the preview
console.log("expected", fill.price.toFixed(), "fee", fill.fee.toFixed(), "problems", problems.length);
const { status, executedPrice } = await client.placeMarketOrder(order);
console.log(status, executedPrice?.toFixed());
const { bids, asks } = await client.getOrderbook("BTCUSDT", { depth: 5 });
console.log("book", bids.length, asks.length);
await client.close();
