// examples/agent-openai-agents.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";
import { createToolbox, toOpenAIAgents } from "agentexchange/tools";
import { Agent, Runner, tool } from "@openai/agents";
import { scriptedOpenAI } from "./models/scripted.ts";

const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }) });
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
const toolbox = createToolbox(client, {
  mandate: { symbols: ["BTCUSDT"], maxOrder: "500", maxPerDay: "1000", until: "2099-12-31T00:00:00Z" },
  approve: { above: "250" }, // the Agents SDK asks
});

const agent = new Agent({
  name: "Trader",
  instructions: "You trade within your mandate.",
  tools: toOpenAIAgents(toolbox, tool),
  model: scriptedOpenAI([
    [{ name: "getPrice", input: { symbol: "BTCUSDT" } }],
    [{ name: "placeMarketOrder", input: { symbol: "BTCUSDT", side: "buy", quantity: "0.005" } }],
    "I bought 0.005 BTC.",
  ]),
});

const runner = new Runner({ tracingDisabled: true });
let result = await runner.run(agent, "Buy 0.005 BTC.");
while (result.interruptions.length > 0) {
  for (const question of result.interruptions) {
    console.log("question:", question.name, question.arguments); // show it to a person
    result.state.approve(question);
  }
  result = await runner.run(agent, result.state);
}
for (const item of result.newItems) if (item.type === "tool_call_output_item") console.log(item.output);
console.log(result.finalOutput);
await toolbox.close();
