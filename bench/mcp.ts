// A tool call of the official MCP client: in process, and over HTTP to a Worker in workerd.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { AgentExchangeClient } from "agentexchange";
import { createExchange } from "agentexchange/exchange";
import { createMcpHandler } from "agentexchange/mcp";
import { createToolbox } from "agentexchange/tools";

const TOKEN = "a-token-of-at-least-thirty-two-characters";
const CALLS = 300;
const repository = fileURLToPath(new URL("../", import.meta.url));

/** Median milliseconds of a call, one after another. */
export interface McpTimes {
  readonly inProcess: number;
  readonly workerd: number;
  /** The same request to the exchange without MCP. */
  readonly bare: number;
}

export async function mcpBench(): Promise<McpTimes> {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  const toolbox = createToolbox(client, { tools: "look" });
  const handler = createMcpHandler(toolbox, { token: TOKEN, hosts: ["mcp.test"] });
  const inProcess = await timeOf(new URL("https://mcp.test/mcp"), (url, init) => handler.fetch(new Request(url, init)));
  const bare = await median(() => client.getPrice("BTCUSDT"));
  await client.close();
  return { inProcess, bare, workerd: await timeInWorkerd() };
}

/** Runs the Worker in workerd itself, without the layers of its development server. */
async function timeInWorkerd(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "mcp-"));
  await build({
    stdin: { contents: WORKER, resolveDir: repository },
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*"],
  });
  await writeFile(join(folder, "config.capnp"), CONFIG);
  const program = `${repository}node_modules/.bin/workerd`;
  const workerd = spawn(program, ["serve", "--control-fd=3", join(folder, "config.capnp")], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  try {
    const [line] = (await once(createInterface(workerd.stdio[3] as Readable), "line")) as [string];
    const { port } = JSON.parse(line) as { readonly port: number };
    return await timeOf(new URL(`http://127.0.0.1:${port}/mcp`), fetch);
  } finally {
    workerd.kill();
    await rm(folder, { recursive: true, force: true });
  }
}

const CONFIG = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-20",
);
`;

const WORKER = `
import { AgentExchangeClient } from "./dist/index.js";
import { createExchange } from "./dist/exchange/index.js";
import { createMcpHandler } from "./dist/mcp/index.js";
import { createToolbox } from "./dist/tools/index.js";
let opened;
async function open() {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
  return createMcpHandler(createToolbox(client, { tools: "look" }), { token: ${JSON.stringify(TOKEN)} });
}
export default { fetch: async (request) => (await (opened ??= open())).fetch(request) };
`;

async function timeOf(url: URL, send: typeof fetch): Promise<number> {
  const client = new Client({ name: "bench", version: "1" }, { versionNegotiation: { mode: { pin: "2026-07-28" } } });
  const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit, fetch: send }));
  const time = await median(() => client.callTool({ name: "getPrice", arguments: { symbol: "BTCUSDT" } }));
  await client.close();
  return time;
}

async function median(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < CALLS; count++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  // The first calls compile the code.
  return times.slice(CALLS / 3).toSorted((a, b) => a - b)[Math.floor(CALLS / 3)] ?? Number.NaN;
}
