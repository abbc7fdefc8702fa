// examples/stream-events.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";

const exchange = createExchange();
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });

const stream = client.openStream();
stream.on("state", (state) => console.log("state", state));
stream.on("gap", ({ channel, from, to }) => console.log("gap", channel, from, to));
stream.on("error", (error) => console.log("error", error));
const unsubscribe = stream.onTicker("BTCUSDT", ({ price }) => console.log("price", price.toString()));

await new Promise((resolve) => setTimeout(resolve, 3000));
unsubscribe();
await client.close();
