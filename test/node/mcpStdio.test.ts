// `agentexchange mcp` as the process that a client starts: official clients of both lines, and the bytes on its output.
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createExchange, type Exchange } from "../../src/exchange/index.ts";
import { AgentExchangeClient } from "../../src/index.ts";
import { repository, tool } from "../support/run-process.ts";
import { serve, type RunningServer } from "../support/server.ts";
import { task } from "../runtimes/mcpTask.js";
import { textOf } from "../support/mcp.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = `${repository}src/cli/main.ts`;
const ARGS = ["mcp", "--symbols", "BTCUSDT", "--max-order", "5000", "--approve-above", "100"];

let exchange: Exchange;
let platform: RunningServer;
let apiKey = "";
let state = "";
let trader: AgentExchangeClient;

beforeAll(async () => {
  exchange = createExchange();
  platform = await serve((request) => exchange.fetch(request));
});
afterAll(() => platform.close());

const closings: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

/** A new agent and a new folder for the journal. */
async function environment(): Promise<Record<string, string>> {
  ({ apiKey } = await exchange.register());
  trader = new AgentExchangeClient({ ...exchange.connection, apiKey });
  state = mkdtempSync(join(tmpdir(), "mcp-"));
  closings.push(() => rmSync(state, { recursive: true, force: true }));
  return {
    ...(process.env as Record<string, string>),
    AGENTEXCHANGE_API_KEY: apiKey,
    AGENTEXCHANGE_BASE_URL: platform.url,
    AGENTEXCHANGE_STATE_DIR: state,
    DENO_NO_UPDATE_CHECK: "1",
  };
}
const trades = async (): Promise<number> => (await trader.getTradeHistory()).length;

async function start(...args: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(process.execPath, [MAIN, ...args], { env: await environment() });
  closings.push(() => void child.kill("SIGKILL"));
  return child;
}
const order = (quantity: string) => ({
  name: "placeMarketOrder",
  arguments: { symbol: "BTCUSDT", side: "buy", quantity },
});

test.for([
  ["node", process.execPath, [MAIN]],
  ["deno", tool("deno"), ["run", "--allow-all", "--no-check", "--cached-only", `${repository}dist/cli/main.js`]],
  ["bun", tool("bun"), ["run", `${repository}dist/cli/main.js`]],
] as const)(
  "%s: the official client of both protocols, with approvals",
  { timeout: 60_000 },
  async ([, command, args]) => {
    const env = await environment();
    const seen = await task(
      async (options, answer) => {
        const client = new Client({ name: "test", version: "1" }, options);
        client.setRequestHandler("elicitation/create", answer);
        await client.connect(new StdioClientTransport({ command, args: [...args, ...ARGS], env, stderr: "inherit" }));
        closings.push(() => client.close());
        return client;
      },
      trades,
      true,
    );
    // Without the price, which is not the same each time.
    const words = seen.filter((word) => !/^\d+(\.\d+)?$/.test(word)).join();
    const each = "tools,small filled,large filled,too large refused,BTCUSDT,5 resources,prompts";
    expect(words).toBe(`2026-07-28,${each},2025-11-25,${each},asked,4 trades`);
  },
);

test(
  "clients of the package for the old protocol are asked if they can be, and told if not",
  { timeout: 60_000 },
  async () => {
    const env = await environment();
    for (const canAsk of [true, false]) {
      const client = new OldClient({ name: "old", version: "1" }, { capabilities: canAsk ? { elicitation: {} } : {} });
      if (canAsk)
        client.setRequestHandler(ElicitRequestSchema, () => ({ action: "accept", content: { decision: "approve" } }));
      await client.connect(
        new OldTransport({ command: process.execPath, args: [MAIN, ...ARGS], env, stderr: "inherit" }),
      );
      closings.push(() => client.close());
      const { tools } = await client.listTools();
      expect(tools.length).toBeLessThanOrEqual(15);
      const result = (await client.callTool(order("0.01"))) as Parameters<typeof textOf>[0] & { isError?: boolean };
      expect([canAsk, result.isError === true]).toEqual([canAsk, !canAsk]);
      expect(textOf(result)).toMatch(canAsk ? /orderId/ : /this client cannot ask/);
      await client.close();
    }
    expect(await trades()).toBe(1);
  },
);

test("its output contains only messages of the protocol, one a line, and no key", { timeout: 60_000 }, async () => {
  const child = await start(...ARGS);
  const lines: string[] = [];
  let errors = "";
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  child.stderr.on("data", (data: Buffer) => void (errors += data.toString()));
  const send = (message: unknown): void =>
    void child.stdin.write(`${typeof message === "string" ? message : JSON.stringify(message)}\n`);
  send("this is not JSON");
  send({
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
  });
  send({ jsonrpc: "2.0", method: "notifications/initialized" });
  send("{");
  send({
    jsonrpc: "2.0",
    id: 2,
    method: "tools/call",
    params: { name: "getPrice", arguments: { symbol: "ÄÖ\u2028" } },
  });
  send({ jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "getPortfolio", arguments: {} } });
  send({ jsonrpc: "2.0", id: 4, method: "ping" });
  await expect.poll(() => lines.length, { timeout: 20_000 }).toBe(4);
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(lines.map((line) => (JSON.parse(line) as { jsonrpc: string }).jsonrpc)).toEqual(Array(4).fill("2.0"));
  expect(lines.map((line) => (JSON.parse(line) as { id: number }).id).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
  expect(lines.join() + errors).not.toContain(apiKey);
});

test.for(["SIGTERM", "SIGINT"] as const)("%s ends it", { timeout: 60_000 }, async (signal) => {
  const child = await start(...ARGS);
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`);
  await once(child.stdout, "data");
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  expect(code).not.toBeNull();
});

test("limits of a day hold over restarts of the server", { timeout: 60_000 }, async () => {
  const env = await environment();
  const args = [MAIN, "mcp", "--symbols", "BTCUSDT", "--max-orders-per-day", "2", "--approve-above", "100000"];
  const refused: boolean[] = [];
  for (let round = 0; round < 3; round++) {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: "inherit" }));
    closings.push(() => client.close());
    refused.push((await client.callTool(order("0.001"))).isError === true);
    await client.close();
  }
  expect(refused).toEqual([false, false, true]);
  expect(await trades()).toBe(2);
});
