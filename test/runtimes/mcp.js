// The official MCP client and our server in one runtime: Node, Deno or Bun, with the runtime's own HTTP server.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket, virtualClock } from "agentexchange/exchange";
import { createMcpHandler } from "agentexchange/mcp";
import { createToolbox } from "agentexchange/tools";
import { task } from "./mcpTask.js";

const TOKEN = "a-token-of-at-least-thirty-two-characters";
const exchange = createExchange({
  seed: 1,
  clock: virtualClock("2026-01-05T00:00:00Z"),
  market: manualMarket({ BTCUSDT: { price: "50000", volume: "18000" } }),
});
const { apiKey } = await exchange.register();
const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
const mandate = { symbols: ["BTCUSDT"], maxOrder: "1000", maxPerDay: "5000", until: "2027-01-01T00:00:00Z" };
const toolbox = createToolbox(client, { mandate, approve: { above: "100" } });
const resources = createToolbox(client, { tools: "look" });
const handler = createMcpHandler(toolbox, { token: TOKEN, resources });
const server = await listen((request) => handler.fetch(request));

const connect = async (options, answer) => {
  const mcp = new Client({ name: "test", version: "1" }, options);
  if (answer) mcp.setRequestHandler("elicitation/create", answer);
  const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
  await mcp.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
  return mcp;
};
const trades = async () => (await client.getTradeHistory()).length;
const stranger = await fetch(`${server.url}/mcp`, { method: "POST", body: "{}" });
console.log(stranger.status, ...(await task(connect, trades)));
await handler.close();
await toolbox.close();
await resources.close();
await client.close();
await server.close();
// No process.exit(): no open handle may keep the process alive.

async function listen(fetch) {
  if ("Bun" in globalThis) {
    const bun = Bun.serve({ fetch, port: 0, hostname: "127.0.0.1" });
    return { url: `http://127.0.0.1:${bun.port}`, close: () => bun.stop(true) };
  }
  if ("Deno" in globalThis) {
    const deno = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, fetch);
    return { url: `http://127.0.0.1:${deno.addr.port}`, close: () => deno.shutdown() };
  }
  const { serve } = await import("srvx/node");
  const node = await serve({ fetch, port: 0, hostname: "127.0.0.1", silent: true, gracefulShutdown: false }).ready();
  return { url: node.url.replace(/\/$/, ""), close: () => node.close(true) };
}
