// examples/embedded-exchange.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";

const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }) });
const { apiKey } = await exchange.register({ startingBalance: "10000" });
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });

const { orderId } = await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01", price: "59000" });
exchange.market.set("BTCUSDT", { price: "58900" });
exchange.sweep(); // the platform looks at open orders once a second; this does it now
const { status, executedPrice } = await client.getOrder(orderId);
console.log(status, executedPrice?.toString());
