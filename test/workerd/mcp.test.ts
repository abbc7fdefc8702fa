// The MCP server in a Worker, used by the official client: the whole task, and an approval that is sent again fifty times.
import { Client, StreamableHTTPClientTransport, type ClientOptions } from "@modelcontextprotocol/client";
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket, virtualClock } from "agentexchange/exchange";
import { createMcpHandler, type McpHandler } from "agentexchange/mcp";
import { createToolbox } from "agentexchange/tools";
import { expect, test } from "vitest";
import { task } from "../runtimes/mcpTask.js";

const TOKEN = "a-token-of-at-least-thirty-two-characters";
const ORDER = { name: "placeMarketOrder", arguments: { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } };

interface Desk {
  readonly handler: McpHandler;
  readonly trades: () => Promise<number>;
}

async function openDesk(): Promise<Desk> {
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
  const handler = createMcpHandler(toolbox, { token: TOKEN, hosts: ["mcp.example"], resources });
  return { handler, trades: async () => (await client.getTradeHistory()).length };
}

async function connect(
  { handler }: Desk,
  options: ClientOptions,
  answer: () => { action: "accept"; content: { decision: string } },
  sent: Request[] = [],
): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, options);
  client.setRequestHandler("elicitation/create", answer);
  const transport = new StreamableHTTPClientTransport(new URL("https://mcp.example/mcp"), {
    requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
    fetch: (url, init) => {
      const request = new Request(url, init);
      sent.push(request.clone());
      return handler.fetch(request);
    },
  });
  await client.connect(transport);
  return client;
}

test("clients of both protocols do the whole task", async () => {
  const desk = await openDesk();
  const either = "tools,50000,small filled";
  const rest = "too large refused,BTCUSDT,5 resources,prompts";
  const seen = await task((options, answer) => connect(desk, options, answer), desk.trades);
  expect(seen.join()).toBe(
    `2026-07-28,${either},large filled,${rest},2025-11-25,${either},large refused,${rest},asked,3 trades`,
  );
});

test("fifty copies of an approved request have one effect", async () => {
  const desk = await openDesk();
  const sent: Request[] = [];
  const options = { capabilities: { elicitation: {} }, versionNegotiation: { mode: { pin: "2026-07-28" } } };
  const client = await connect(desk, options, () => ({ action: "accept", content: { decision: "approve" } }), sent);
  expect((await client.callTool(ORDER)).isError).not.toBe(true);
  const answered = sent.at(-1);
  const copies = Array.from({ length: 50 }, () => desk.handler.fetch((answered as Request).clone()));
  await Promise.all(copies.map(async (copy) => (await copy).text()));
  expect(await desk.trades()).toBe(1);
});

test("a stranger gets in neither without the token nor with another host", async () => {
  const { handler } = await openDesk();
  const send = async (url: string, authorization: string): Promise<number> => {
    const response = await handler.fetch(new Request(url, { method: "POST", headers: { authorization }, body: "{}" }));
    await response.body?.cancel();
    return response.status;
  };
  expect(await send("https://mcp.example/mcp", "Bearer wrong")).toBe(401);
  expect(await send("https://evil.example/mcp", `Bearer ${TOKEN}`)).toBe(403);
});
