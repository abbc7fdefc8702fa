// An MCP server for a toolbox on an embedded exchange, and official clients of both protocols in the same process.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createMcpHandler, toMcp, type McpHandler } from "../../src/mcp/index.ts";
import { AgentExchangeClient } from "../../src/index.ts";
import {
  createExchange,
  manualMarket,
  virtualClock,
  type Exchange,
  type MarketSource,
} from "../../src/exchange/index.ts";
import { createToolbox, type Toolbox, type ToolboxOptions } from "../../src/tools/index.ts";

export const TOKEN = "a-token-of-at-least-thirty-two-characters";
export const MCP_URL: URL = new URL("https://mcp.test/mcp");
export const MODERN = "2026-07-28";
export const LEGACY = "2025-11-25";

export const MANDATE = { symbols: ["BTCUSDT"], maxOrder: "5000", maxPerDay: "8000", until: "2027-01-01T00:00:00Z" };

const MARKET: MarketSource = manualMarket({ BTCUSDT: { price: "50000", volume: "18000" } });

export interface Desk {
  readonly exchange: Exchange;
  readonly client: AgentExchangeClient;
  readonly toolbox: Toolbox;
  readonly handler: McpHandler;
  /** Number of executed orders. */
  trades(): Promise<number>;
}

export async function openDesk(options: ToolboxOptions = {}, market: MarketSource = MARKET): Promise<Desk> {
  const exchange = createExchange({
    seed: 1,
    clock: virtualClock("2026-01-05T00:00:00Z"),
    market,
  });
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const toolbox = createToolbox(client, { mandate: MANDATE, approve: { above: "100" }, ...options });
  const resources = createToolbox(client, { tools: "look" });
  const handler = createMcpHandler(toolbox, { token: TOKEN, hosts: ["mcp.test"], resources });
  const trades = async (): Promise<number> => (await client.getTradeHistory()).length;
  return { exchange, client, toolbox, handler, trades };
}

/** Every message of a person's answer that a client can give. */
export type Answer = { action: "accept"; content: Record<string, string> } | { action: "decline" | "cancel" };

export interface ClientSetup {
  readonly version?: string;
  /** Answers questions; undefined for a client that cannot ask. */
  readonly answer?: ((message: string) => Answer) | undefined;
  /** Sees every request before it is sent. */
  readonly watch?: (request: Request) => void;
}

/** Connects an official client over HTTP, without a network. */
export async function connectHttp(
  fetchMcp: (request: Request) => Promise<Response>,
  setup: ClientSetup = {},
): Promise<Client> {
  const client = createClient(setup);
  const transport = new StreamableHTTPClientTransport(MCP_URL, {
    requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
    fetch: (url, init) => {
      const request = new Request(url, init);
      setup.watch?.(request.clone());
      return fetchMcp(request);
    },
  });
  await client.connect(transport);
  return client;
}

export function createClient({ version = MODERN, answer }: ClientSetup): Client {
  const mode = version === MODERN ? { pin: MODERN } : "legacy";
  const client = new Client(
    { name: "test", version: "1" },
    { capabilities: answer === undefined ? {} : { elicitation: { form: {} } }, versionNegotiation: { mode } },
  );
  if (answer !== undefined) client.setRequestHandler("elicitation/create", ({ params }) => answer(params.message));
  return client;
}

export const APPROVE = (): Answer => ({ action: "accept", content: { decision: "approve" } });

/** The text of a result's content. */
export function textOf(result: { readonly content?: readonly { readonly type: string }[] }): string {
  return (result.content ?? []).map((block) => ("text" in block ? String(block.text) : "")).join("\n");
}

export { toMcp };
