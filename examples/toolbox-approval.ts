// examples/toolbox-approval.ts
import { AgentExchangeClient } from "agentexchange";
import { createToolbox } from "agentexchange/tools";

const client = new AgentExchangeClient({
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
});
const toolbox = createToolbox(client, {
  mandate: { symbols: ["ETHUSDT"], maxOrder: "500", until: "2036-12-31T00:00:00Z" },
  approve: { above: "0" },
});

const input = { symbol: "ETHUSDT", side: "buy", quantity: "0.01" };
const first = await toolbox.run("placeMarketOrder", input, { callId: "call_1" });
if (!first.ok && first.approvalRequest !== undefined) {
  console.log(first.approvalRequest.summary); // show it to a person
  const approval = await toolbox.approve(first.approvalRequest);
  const placed = await toolbox.run("placeMarketOrder", input, { callId: "call_1", approval });
  const resent = await toolbox.run("placeMarketOrder", input, { callId: "call_2", approval });
  console.log(placed.ok, resent.ok ? "" : resent.error.code); // true APPROVAL_USED
}
await toolbox.close();
await client.close();
