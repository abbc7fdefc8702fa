// examples/embedded-exchange.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";

const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }) });
const { apiKey } = await exchange.register({ startingBalance: "10000" });
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });

const { orderId } = await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01", price: "59000" });
exchange.market.set("BTCUSDT", { price: "58900" });
exchange.sweep(); // checks pending orders now; otherwise this happens once a second
const { status, executedPrice } = await client.getOrder(orderId);
console.log(status, executedPrice?.toString());
