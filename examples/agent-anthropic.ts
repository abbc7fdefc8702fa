// examples/agent-anthropic.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";
import { createToolbox, toAnthropic } from "agentexchange/tools";
import type Anthropic from "@anthropic-ai/sdk";
import { scriptedAnthropic } from "./models/scripted.ts";

const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }) });
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
const toolbox = createToolbox(client, {
  mandate: { symbols: ["BTCUSDT"], maxOrder: "500", maxPerDay: "1000", until: "2099-12-31T00:00:00Z" },
  approve: {
    above: "250",
    ask: ({ summary }) => {
      console.log("question:", summary); // show it to a person
      return true;
    },
  },
});

const { tools, run } = toAnthropic(toolbox);
const anthropic = scriptedAnthropic([
  [
    { name: "getPrice", input: { symbol: "BTCUSDT" } },
    { name: "getPortfolio", input: {} },
  ],
  [{ name: "placeMarketOrder", input: { symbol: "BTCUSDT", side: "buy", quantity: "0.005" } }],
  "I bought 0.005 BTC.",
]); // new Anthropic()

const messages: Anthropic.MessageParam[] = [{ role: "user", content: "Buy 0.005 BTC." }];
for (;;) {
  const { content } = await anthropic.messages.create({ model: "claude-opus-4-8", max_tokens: 1000, messages, tools });
  messages.push({ role: "assistant", content });
  const calls = content.filter((block) => block.type === "tool_use");
  if (calls.length === 0) {
    for (const block of content) if (block.type === "text") console.log(block.text);
    break;
  }
  const results = await Promise.all(calls.map((call) => run(call)));
  for (const [index, { name }] of calls.entries()) console.log(name, results[index]?.content.slice(0, 80));
  messages.push({ role: "user", content: results });
}
await toolbox.close();
