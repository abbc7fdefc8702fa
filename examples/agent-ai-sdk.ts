// examples/agent-ai-sdk.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";
import { createToolbox, toAiSdk } from "agentexchange/tools";
import { jsonSchema, ToolLoopAgent, type ModelMessage } from "ai";
import { scriptedAiSdk } from "./models/scripted.ts";

const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }) });
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
const toolbox = createToolbox(client, {
  mandate: { symbols: ["BTCUSDT"], maxOrder: "500", maxPerDay: "1000", until: "2099-12-31T00:00:00Z" },
  approve: { above: "250" }, // the AI SDK asks
});

const agent = new ToolLoopAgent({
  model: scriptedAiSdk([
    [{ name: "getPrice", input: { symbol: "BTCUSDT" } }],
    [{ name: "placeMarketOrder", input: { symbol: "BTCUSDT", side: "buy", quantity: "0.005" } }],
    [{ name: "placeMarketOrder", input: { symbol: "BTCUSDT", side: "buy", quantity: "0.05" } }],
    "I bought 0.005 BTC. More is above the limit of one order.",
  ]),
  instructions: "You trade within your mandate.",
  ...toAiSdk(toolbox, jsonSchema),
});

const messages: ModelMessage[] = [{ role: "user", content: "Buy bitcoin, as much as you may." }];
for (;;) {
  const { content, responseMessages, steps, text } = await agent.generate({ messages });
  messages.push(...responseMessages);
  for (const { toolResults } of steps)
    for (const result of toolResults)
      if (!result.dynamic) console.log(result.toolName, result.output.ok ? "ok" : result.output.error.code);
  const questions = content.filter((part) => part.type === "tool-approval-request");
  if (questions.length === 0) {
    console.log(text);
    break;
  }
  messages.push({
    role: "tool",
    content: questions.map(({ approvalId, reason }) => {
      console.log("question:", reason); // show it to a person
      return { type: "tool-approval-response", approvalId, approved: true };
    }),
  });
}
await toolbox.close();
