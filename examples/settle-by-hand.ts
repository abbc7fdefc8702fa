// examples/settle-by-hand.ts
import { AgentExchangeClient } from "agentexchange";
import { createToolbox } from "agentexchange/tools";
import { fileJournal } from "agentexchange/node";

const client = new AgentExchangeClient({
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
});
const journal = fileJournal(process.env.JOURNAL ?? "agent.journal");
const toolbox = createToolbox(client, { journal });

// Without arguments: what is unknown. With a call ID, and the ID of its order or "none": what a person has found out.
const [call, order] = process.argv.slice(2);
if (call === undefined || order === undefined)
  for (const { callId, tool, symbol, time } of await toolbox.reconcile()) console.log(callId, tool, symbol, time);
else {
  const { state } = await toolbox.settle(call, { orderId: order === "none" ? null : order, by: "Ada" });
  console.log(call, state);
}
await toolbox.close();
journal.close();
await client.close();
