// examples/five-agents.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import { createToolbox, toAiSdk } from "agentexchange/tools";
import { generateText, isStepCount, jsonSchema } from "ai";
import { scriptedAiSdk } from "./models/scripted.ts";

const exchange = createExchange();
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });

// The tool that answers each question; a real model chooses it.
const tasks: Record<string, { name: string; input: Record<string, unknown> }> = {
  "What is the current BTC price?": { name: "getPrice", input: { symbol: "BTCUSDT" } },
  "What is my portfolio value?": { name: "getPortfolio", input: {} },
  "List my open orders.": { name: "getOpenOrders", input: {} },
  "What were my last 5 trades?": { name: "getTradeHistory", input: { limit: 5 } },
  "What is my 7-day Sharpe ratio?": { name: "getPerformance", input: { period: "7d" } },
};

/** Runs one agent. All share the client: its connections, its rate limits, and no login. */
async function runAgent(task: string, call: { name: string; input: Record<string, unknown> }): Promise<string> {
  const toolbox = createToolbox(client, { tools: Object.values(tasks).map(({ name }) => name), actor: task });
  const { steps } = await generateText({
    model: scriptedAiSdk([[call], "Here is the answer."]),
    prompt: task,
    stopWhen: isStepCount(5),
    ...toAiSdk(toolbox, jsonSchema),
  });
  await toolbox.close();
  const [result] = steps.flatMap(({ toolResults }) => toolResults);
  return `${task} ${JSON.stringify(result?.output)}`;
}

const answers = await Promise.all(Object.entries(tasks).map(([task, call]) => runAgent(task, call)));
for (const answer of answers) console.log(answer.slice(0, 120));
