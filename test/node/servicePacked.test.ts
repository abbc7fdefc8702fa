// The documented service as a user runs it: with the packed package, on Node, Deno, Bun and workerd.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { PassThrough } from "node:stream";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { AgentExchangeClient } from "agentexchange";
import { listen, type Listening } from "../../src/cli/serve/listen.ts";
import { createStreams, type Streams } from "../../src/cli/serve/streams.ts";
import { createExchange } from "../../src/exchange/index.ts";
import { installPacked } from "../support/packed.ts";
import { repository, tool } from "../support/run-process.ts";

const TOKEN = "a-token-of-the-tests";

let home = "";
let server: Listening;
let streams: Streams;
let env: NodeJS.ProcessEnv;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  home = await installPacked("hono", "srvx");
  await cp(`${repository}examples/service`, join(home, "service"), { recursive: true });
  for (const name of ["service", "deno-serve", "bun-serve"])
    await cp(`${repository}examples/${name}.ts`, join(home, `${name}.ts`));
  await cp(`${repository}examples/workers/service.ts`, join(home, "workers/service.ts"));
  const exchange = createExchange();
  streams = createStreams(exchange);
  server = await listen((request) => exchange.fetch(request), "127.0.0.1", 0, streams.upgrade);
  const { apiKey } = await exchange.register();
  env = {
    ...process.env,
    AGENTEXCHANGE_API_KEY: apiKey,
    AGENTEXCHANGE_BASE_URL: `http://127.0.0.1:${server.port}`,
    SERVICE_TOKEN: TOKEN,
    PORT: "0",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    WRANGLER_SEND_METRICS: "false",
  };
}, 120_000);

afterEach(() => {
  // With their own children: wrangler starts workerd.
  for (const { pid } of children) if (pid !== undefined) endGroup(pid);
  children.clear();
});
afterAll(async () => {
  await Promise.all([server.close(), streams.close()]);
  await rm(home, { recursive: true, force: true });
});

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Starts a program and returns the address and the key that it prints. */
async function start(
  command: string,
  args: readonly string[],
): Promise<{ readonly url: string; readonly child: ChildProcess; readonly apiKey: string }> {
  const child = spawn(command, args, { cwd: home, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  children.add(child);
  let apiKey = "";
  // Deno prints its address to stderr.
  child.stderr.pipe(process.stderr, { end: false });
  const output = new PassThrough();
  for (const each of [child.stdout, child.stderr]) each.pipe(output, { end: false });
  for await (const line of createInterface(output)) {
    apiKey = /ak_live_[\w-]+/.exec(line)?.[0] ?? apiKey;
    // wrangler also prints its variables, one of which is an address.
    const [, url] = /(?:^|Ready on |Listening on )(http:\/\/(?:127\.0\.0\.1|localhost):\d+)/.exec(line) ?? [];
    if (url !== undefined) {
      child.stdout.resume();
      return { url, child, apiKey };
    }
  }
  throw new Error(`${command} ended without an address.`);
}

/** Uses everything that the service has; returns the reader of its events. */
async function expectService(url: string): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const get = (path: string): Promise<Response> => fetch(url + path, { headers });
  expect((await fetch(`${url}/portfolio`)).status).toBe(401);
  expect((await get("/portfolio")).status).toBe(200);
  expect(await (await get("/snapshot?symbols=BTCUSDT")).json()).toMatchObject({
    entries: [{ symbol: "BTCUSDT", error: null }],
  });
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ openapi: "3.1.0" });
  const events = await get("/events?symbols=BTCUSDT");
  const reader = (events.body as ReadableStream<Uint8Array>).getReader();
  const body = JSON.stringify({ symbol: "ETHUSDT", side: "buy", quantity: "0.01" });
  let text = "";
  const decoder = new TextDecoder();
  while (!text.includes("event: price")) text += decoder.decode((await reader.read()).value, { stream: true });
  const placed = await fetch(`${url}/order`, {
    method: "POST",
    headers: { ...headers, "idempotency-key": crypto.randomUUID() },
    body,
  });
  expect(placed.status).toBe(201);
  while (!text.includes("event: fill")) text += decoder.decode((await reader.read()).value, { stream: true });
  const wrong = await fetch(`${url}/order`, { method: "POST", headers, body: "{" });
  expect([wrong.status, wrong.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  return reader;
}

test.for([
  ["node", process.execPath, []],
  ["deno", tool("deno"), ["run", "--cached-only", "--no-prompt", "--allow-net=127.0.0.1", "--allow-env"]],
  ["bun", tool("bun"), ["run"]],
] as const)("%s runs it, and ends on SIGTERM with its streams", { timeout: 60_000 }, async ([, command, args]) => {
  const { url, child } = await start(command, [...args, "service/server.ts"]);
  const reader = await expectService(url);
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  while (!(await reader.read()).done);
  expect(await exited).toEqual([0, null]);
});

test.for([
  [
    "deno serve",
    tool("deno"),
    [
      "serve",
      "--cached-only",
      "--no-prompt",
      "--allow-net=127.0.0.1",
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "deno-serve.ts",
    ],
  ],
  ["Bun.serve", tool("bun"), ["bun-serve.ts"]],
] as const)("%s serves the embedded exchange with its stream", { timeout: 60_000 }, async ([, command, args]) => {
  const { url, apiKey } = await start(command, args);
  const client = new AgentExchangeClient({ baseUrl: url, apiKey });
  const stream = client.openStream();
  const updates = stream.orders();
  for await (const { symbol } of stream.ticker("BTCUSDT")) {
    expect(symbol).toBe("BTCUSDT");
    break;
  }
  const { orderId } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  for await (const update of updates) {
    expect(update).toMatchObject({ orderId, status: "filled" });
    break;
  }
  await client.close();
  const stranger = new WebSocket(`${url.replace("http", "ws")}/ws/v1?api_key=ak_live_nobody`);
  await once(stranger, "error");
});

test("workerd runs it in a Durable Object", { timeout: 60_000 }, async () => {
  await writeFile(
    join(home, "wrangler.toml"),
    `name = "service"
main = "workers/service.ts"
compatibility_date = "2026-10-20"
[vars]
AGENTEXCHANGE_API_KEY = "${env["AGENTEXCHANGE_API_KEY"]}"
AGENTEXCHANGE_BASE_URL = "${env["AGENTEXCHANGE_BASE_URL"]}"
SERVICE_TOKEN = "${TOKEN}"
[[durable_objects.bindings]]
name = "SERVICE"
class_name = "ServiceObject"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["ServiceObject"]
`,
  );
  const { url } = await start(tool("wrangler"), [
    "dev",
    "--port",
    "0",
    "--ip",
    "127.0.0.1",
    "--show-interactive-dev-session=false",
  ]);
  await (await expectService(url)).cancel();
});
