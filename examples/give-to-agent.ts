// examples/give-to-agent.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import { createToolbox } from "agentexchange/tools";
const exchange = createExchange();
const { apiKey } = await exchange.register();
const toolbox = createToolbox(new AgentExchangeClient({ ...exchange.connection, apiKey }), {
  mandate: { symbols: ["ETHUSDT"], maxOrder: "500", maxPerDay: "2000", until: "2099-12-31T00:00:00Z" },
  approve: { above: "250", ask: ({ summary }) => summary.includes("ETHUSDT") }, // ask a person here
});
const result = await toolbox.run("placeMarketOrder", { symbol: "ETHUSDT", side: "buy", quantity: "1000" });
console.log(result.ok ? "placed" : result.error.message); // worth more than maxOrder
