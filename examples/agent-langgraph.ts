// examples/agent-langgraph.ts
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket } from "agentexchange/exchange";
import { createToolbox, toLangChain, type ApprovalRequest } from "agentexchange/tools";
import { AIMessage } from "@langchain/core/messages";
import { DynamicStructuredTool } from "@langchain/core/tools";
import {
  Command,
  END,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { scriptedLangChain } from "./models/scripted.ts";

const exchange = createExchange({ market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000" } }) });
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
const toolbox = createToolbox(client, {
  mandate: { symbols: ["BTCUSDT"], maxOrder: "500", maxPerDay: "1000", until: "2099-12-31T00:00:00Z" },
  approve: { above: "250" }, // the graph asks
});

const tools = toLangChain(toolbox, DynamicStructuredTool, {
  // A yes is the ID of the request, so that it cannot be taken for the answer to another question.
  ask: (request) => interrupt(request) === request.id,
});
const model = scriptedLangChain([
  [{ name: "getPrice", input: { symbol: "BTCUSDT" } }],
  [{ name: "placeMarketOrder", input: { symbol: "BTCUSDT", side: "buy", quantity: "0.005" } }],
  "I bought 0.005 BTC.",
]).bindTools(tools);

const graph = new StateGraph(MessagesAnnotation)
  .addNode("model", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode("tools", new ToolNode(tools))
  .addEdge(START, "model")
  .addConditionalEdges("model", ({ messages }) => {
    const last = messages.at(-1);
    const calls = AIMessage.isInstance(last) ? (last.tool_calls ?? []) : [];
    // One task for each call, so that each question has its own interrupt.
    return calls.length === 0 ? END : calls.map((call) => new Send("tools", { messages, lg_tool_call: call }));
  })
  .addEdge("tools", "model")
  .compile({ checkpointer: new MemorySaver() });

const config = { configurable: { thread_id: "monday" } };
let state = await graph.invoke({ messages: [{ role: "user", content: "Buy 0.005 BTC." }] }, config);
while (isInterrupted<ApprovalRequest>(state)) {
  const [question] = state[INTERRUPT];
  console.log("question:", question?.value?.summary); // show it to a person, now or tomorrow
  state = await graph.invoke(new Command({ resume: question?.value?.id }), config);
}
for (const { type, text } of state.messages) console.log(`${type}:`, text.slice(0, 120));
await toolbox.close();
