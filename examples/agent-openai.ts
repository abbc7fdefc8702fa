// examples/agent-openai.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";
import { createToolbox, toOpenAI } from "agentexchange/tools";
import type OpenAI from "openai";
import { scriptedOpenAIClient } from "./models/scripted.ts";

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

const { responseTools, run } = toOpenAI(toolbox);
const openai = scriptedOpenAIClient([
  [
    { name: "getPrice", input: { symbol: "BTCUSDT" } },
    { name: "getPortfolio", input: {} },
  ],
  [{ name: "placeMarketOrder", input: { symbol: "BTCUSDT", side: "buy", quantity: "0.005" } }],
  "I bought 0.005 BTC.",
]); // new OpenAI()

const input: OpenAI.Responses.ResponseInput = [{ role: "user", content: "Buy 0.005 BTC." }];
for (;;) {
  const { output, output_text } = await openai.responses.create({ model: "gpt-5", input, tools: responseTools });
  const calls = output.filter((item) => item.type === "function_call");
  if (calls.length === 0) {
    console.log(output_text);
    break;
  }
  const results = await Promise.all(calls.map((call) => run(call)));
  for (const [index, { name }] of calls.entries()) console.log(name, results[index]?.output.slice(0, 80));
  input.push(...calls, ...results);
}
await toolbox.close();
