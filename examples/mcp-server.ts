// examples/mcp-server.ts
import { AgentExchangeClient } from "agentexchange";
import { createMcpHandler } from "agentexchange/mcp";
import { createToolbox } from "agentexchange/tools";

const client = new AgentExchangeClient({
  apiKey: process.env.AGENTEXCHANGE_API_KEY,
  baseUrl: process.env.AGENTEXCHANGE_BASE_URL,
});
const toolbox = createToolbox(client, {
  mandate: { symbols: ["BTCUSDT"], maxOrder: "500", maxPerDay: "2000", until: "2036-12-31T00:00:00Z" },
  approve: { above: "250" },
});

// Deno, Bun and srvx serve a module whose default export has a `fetch`; so do Workers.
export default createMcpHandler(toolbox, {
  token: process.env.MCP_TOKEN ?? "",
  hosts: ["localhost", "mcp.example"],
  // The set `trading` has no account information; resources may be read by another toolbox.
  resources: createToolbox(client, { tools: "look" }),
});
