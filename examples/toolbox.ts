// examples/toolbox.ts
import { AgentExchangeClient } from "agentexchange";
import { createToolbox, memoryJournal } from "agentexchange/tools";

const client = new AgentExchangeClient({
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
});

const toolbox = createToolbox(client, {
  mandate: {
    symbols: ["BTCUSDT", "ETHUSDT"],
    maxOrder: "500",
    maxPerDay: "2000",
    maxOrdersPerDay: 20,
    maxExposure: "5000",
    maxDrawdownPct: "5",
    until: "2036-12-31T00:00:00Z",
  },
  approve: {
    above: "250",
    // A person decides. Here one who only trusts small orders.
    ask: async ({ summary, value }) => {
      console.log(summary);
      return Number(value) < 400;
    },
  },
  journal: memoryJournal(),
});

console.log(
  toolbox
    .list()
    .map(({ name }) => name)
    .join(" "),
);

const input = { symbol: "ETHUSDT", side: "buy", quantity: "0.01" };
const bought = await toolbox.run("placeMarketOrder", input, { callId: "call_1", reason: "try the tools" });
console.log(bought.ok ? "bought" : bought.error.message);

// The same call again has no second effect.
const again = await toolbox.run("placeMarketOrder", input, { callId: "call_1" });
console.log(again.repeated);

const refused = await toolbox.run("placeMarketOrder", { ...input, quantity: "1000" }, { callId: "call_2" });
console.log(refused.ok ? "bought" : `${refused.error.code}: ${refused.error.nextStep}`);

console.log((await toolbox.status()).used);
await toolbox.halt({ reason: "end of the example" });
await toolbox.close();
await client.close();
