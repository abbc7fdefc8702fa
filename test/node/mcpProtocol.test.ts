// The protocol's own musts, in both versions, over HTTP and over a connection.
import { createMcpHandler, toMcp } from "../../src/mcp/index.ts";
import type { Toolbox } from "../../src/tools/index.ts";
import { readFileSync } from "node:fs";
import { InMemoryTransport, type JSONRPCMessage } from "@modelcontextprotocol/client";
import { afterEach, describe, expect, test } from "vitest";
import { randomWalkMarket } from "../../src/exchange/index.ts";
import { connectHttp, LEGACY, MCP_URL, MODERN, openDesk, textOf, TOKEN, type Desk } from "../support/mcp.ts";

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

const HEADERS = {
  authorization: `Bearer ${TOKEN}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};
const META = {
  "io.modelcontextprotocol/protocolVersion": MODERN,
  "io.modelcontextprotocol/clientInfo": { name: "raw", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

interface Reply {
  readonly status: number;
  readonly id: unknown;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Sends one message as bytes. */
async function post(desk: Desk, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  const init = { method: "POST", headers: { ...HEADERS, ...headers }, body };
  const response = await desk.handler.fetch(new Request(MCP_URL, init));
  const text = await response.text();
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return { status: response.status, ...(json === "" ? { id: null } : (JSON.parse(json) as Omit<Reply, "status">)) };
}

const modern = (desk: Desk, method: string, params: object = {}, id: unknown = 1): Promise<Reply> =>
  post(desk, JSON.stringify({ jsonrpc: "2.0", id, method, params: { ...params, _meta: META } }), {
    "mcp-protocol-version": MODERN,
    "mcp-method": method,
    ...("name" in params && { "mcp-name": String(params.name) }),
    ...("uri" in params && { "mcp-name": String(params.uri) }),
  });
const legacy = (desk: Desk, method: string, params: object = {}, id: unknown = 1): Promise<Reply> =>
  post(desk, JSON.stringify({ jsonrpc: "2.0", id, method, params }), { "mcp-protocol-version": LEGACY });

const eras = [
  ["2026-07-28", modern],
  ["2025-11-25", legacy],
] as const;

test("discover names the version, the server and what it offers", async () => {
  const desk = await openDesk();
  const { result } = await modern(desk, "server/discover");
  expect(result).toMatchObject({
    supportedVersions: [MODERN],
    capabilities: { tools: {}, resources: {}, prompts: {} },
    instructions: expect.stringContaining("mandate") as unknown,
  });
});

test("initialize negotiates the version: a known one is kept, another one gets the newest", async () => {
  const desk = await openDesk();
  const initialize = async (protocolVersion: string): Promise<unknown> => {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: "raw", version: "1" } };
    return (await post(desk, JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params }))).result;
  };
  for (const version of [LEGACY, "2025-06-18", "2025-03-26"])
    expect(await initialize(version)).toMatchObject({
      protocolVersion: version,
      serverInfo: { name: "agentexchange" },
    });
  expect(await initialize("1999-01-01")).toMatchObject({ protocolVersion: LEGACY });
});

test("a version that does not exist is an error that names the supported ones", async () => {
  const desk = await openDesk();
  const meta = { ...META, "io.modelcontextprotocol/protocolVersion": "2099-01-01" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta: meta } });
  const headers = { "mcp-protocol-version": "2099-01-01", "mcp-method": "tools/list" };
  expect(await post(desk, body, headers)).toMatchObject({
    status: 400,
    id: 1,
    error: { code: -32_022, data: { supported: [MODERN] } },
  });
});

test.for(eras)("%s: the server's version is the package's", async ([, send]) => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  const desk = await openDesk();
  const params = { protocolVersion: LEGACY, capabilities: {}, clientInfo: { name: "raw", version: "1" } };
  const { result } = send === legacy ? await legacy(desk, "initialize", params) : await modern(desk, "tools/list");
  expect(JSON.stringify(result)).toContain(`"version":"${version}"`);
});

test.for(eras)("%s: an unknown method is -32601", async ([, send]) => {
  expect(await send(await openDesk(), "tools/destroy")).toMatchObject({ id: 1, error: { code: -32_601 } });
});

test.for(eras)("%s: an unknown tool is -32602, and its name is not trusted", async ([, send]) => {
  const name = `no<script>${"x".repeat(5000)}`;
  const { error } = await send(await openDesk(), "tools/call", { name: name.slice(0, 200), arguments: {} });
  expect(error).toMatchObject({ code: -32_602 });
  expect(error?.message.length).toBeLessThan(200);
});

test.for(eras)("%s: arguments that a tool refuses are a result, which the model can read", async ([, send]) => {
  const { result } = await send(await openDesk(), "tools/call", { name: "placeMarketOrder", arguments: { side: 7 } });
  expect(result).toMatchObject({ isError: true });
  expect(JSON.parse(textOf(result ?? {}))).toMatchObject({ code: "INVALID_INPUT", retryable: false });
});

test.for(eras)("%s: malformed calls are -32602", async ([, send]) => {
  const desk = await openDesk();
  for (const params of [
    {},
    { name: 7 },
    { name: "getPrice", arguments: "BTCUSDT" },
    { name: "getPrice", arguments: [] },
  ])
    expect((await send(desk, "tools/call", params)).error).toMatchObject({ code: expect.any(Number) as number });
});

test.for(eras)("%s: IDs come back as they were sent", async ([, send]) => {
  const desk = await openDesk();
  for (const id of [0, 7, "a", "", 2 ** 40]) expect((await send(desk, "tools/list", {}, id)).id).toBe(id);
});

test.for(eras)("%s: lists fit the page, and a cursor that was never given is -32602", async ([, send]) => {
  const desk = await openDesk();
  for (const method of ["tools/list", "resources/list", "resources/templates/list", "prompts/list"]) {
    const { result } = await send(desk, method);
    expect(result?.["nextCursor"]).toBeUndefined();
    for (const cursor of ["50", "-1", "x", "1e9"])
      expect((await send(desk, method, { cursor })).error).toMatchObject({ code: -32_602 });
  }
});

test.for(eras)("%s: tools say what they do, and which need care", async ([, send]) => {
  const { result } = await send(await openDesk(), "tools/list");
  const listed = (result?.["tools"] ?? []) as readonly { readonly name: string }[];
  const tools = new Map(listed.map((tool) => [tool.name, tool]));
  expect(tools.size).toBeLessThanOrEqual(15);
  expect(tools.get("getPrice")).toMatchObject({
    title: "Get price",
    inputSchema: { type: "object", additionalProperties: false },
    outputSchema: { type: "object" },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  });
  expect(tools.get("placeMarketOrder")).toMatchObject({
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  });
  expect(tools.get("cancelAllOrders")).toMatchObject({
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  });
});

test("ping is answered in the old protocol; the new one has none", async () => {
  const desk = await openDesk();
  expect((await legacy(desk, "ping")).result).toEqual({});
  expect((await modern(desk, "ping")).error).toMatchObject({ code: -32_601 });
});

test("notifications get no answer", async () => {
  const desk = await openDesk();
  const body = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
  expect(await post(desk, body, { "mcp-protocol-version": LEGACY })).toMatchObject({ status: 202 });
});

test("what is not JSON-RPC is refused", async () => {
  const desk = await openDesk();
  for (const body of ["", "{", "null", "7", "[]", '{"jsonrpc":"1.0","id":1,"method":"tools/list"}', '{"id":1}'])
    expect([body, (await post(desk, body)).status]).toEqual([body, 400]);
});

test("resources are listed and read; an unknown one is -32602", async () => {
  const desk = await openDesk();
  const client = await connectHttp(desk.handler.fetch);
  closings.push(() => client.close());
  const { resources } = await client.listResources();
  expect(resources.map(({ uri }) => uri)).toEqual(
    ["mandate", "errors", "account", "portfolio", "pairs"].map((name) => `agentexchange://${name}`),
  );
  for (const { uri, mimeType } of resources) {
    const { contents } = await client.readResource({ uri });
    expect(contents).toMatchObject([{ uri, mimeType }]);
    const [{ text } = { text: "" }] = contents as readonly { readonly text: string }[];
    expect(JSON.parse(text)).toBeTypeOf("object");
  }
  await expect(client.readResource({ uri: "agentexchange://secrets" })).rejects.toMatchObject({ code: -32_602 });
  await expect(client.readResource({ uri: "file:///etc/passwd" })).rejects.toMatchObject({ code: -32_602 });
});

test("prompts are those whose tools exist, and check their arguments", async () => {
  const desk = await openDesk();
  const client = await connectHttp(desk.handler.fetch);
  closings.push(() => client.close());
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toEqual(expect.arrayContaining(["review_portfolio", "buy_with_a_plan"]));
  const { messages } = await client.getPrompt({
    name: "buy_with_a_plan",
    arguments: { symbol: "BTCUSDT", amount: "250" },
  });
  expect(messages).toMatchObject([{ role: "user", content: { type: "text" } }]);
  expect(JSON.stringify(messages)).toContain("BTCUSDT for 250 USDT");
  await expect(client.getPrompt({ name: "buy_with_a_plan", arguments: {} })).rejects.toMatchObject({ code: -32_602 });
  await expect(client.getPrompt({ name: "nothing" })).rejects.toMatchObject({ code: -32_602 });
});

test.for([MODERN, LEGACY])("%s: the official client accepts the structured result of every read", async (version) => {
  const desk = await openDesk({ tools: "all" }, randomWalkMarket({ seed: 1 }));
  await desk.client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  await desk.client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01", price: "1000" });
  const client = await connectHttp(desk.handler.fetch, { version });
  closings.push(() => client.close());
  const listed: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    listed.push(...page.tools.map(({ name }) => name));
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  expect(listed).toEqual(desk.toolbox.list().map(({ name }) => name));
  const succeeded: string[] = [];
  for (const { name, effect, example } of desk.toolbox.list().filter((tool) => tool.effect === "read")) {
    // The client throws if structured content and schema differ.
    const result = await client.callTool({ name, arguments: { ...example } });
    expect([name, effect, textOf(result)]).not.toContain("");
    if (result.isError !== true) succeeded.push(name);
  }
  expect(succeeded).toEqual(
    expect.arrayContaining([
      "getPrice",
      "getTickers",
      "getCandles",
      "getPairs",
      "getPortfolio",
      "listOrders",
      "getPnl",
    ]),
  );
});

test.for([
  [MODERN, false],
  [LEGACY, false],
  [MODERN, true],
] as const)("%s: and that of every order; simulated: %s", async ([version, dryRun]) => {
  const desk = await openDesk({ approve: undefined, dryRun });
  const client = await connectHttp(desk.handler.fetch, { version });
  closings.push(() => client.close());
  await client.listTools();
  const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.005" };
  const sale = { symbol: "BTCUSDT", side: "sell", quantity: "0.005" };
  await desk.client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.02" });
  for (const [name, args] of [
    ["placeMarketOrder", order],
    ["placeLimitOrder", { ...order, price: "1000" }],
    ["placeStopLoss", { ...sale, triggerPrice: "40000" }],
    ["placeTakeProfit", { ...sale, triggerPrice: "60000" }],
    ["cancelAllOrders", {}],
  ] as const) {
    const result = await client.callTool({ name, arguments: args });
    expect([name, result.isError, textOf(result)]).toEqual([name, undefined, expect.stringContaining("{") as unknown]);
    expect(result.structuredContent).toBeTypeOf("object");
  }
});

test("a closed server answers 503, and closing twice is fine", async () => {
  const desk = await openDesk();
  await desk.handler.close();
  await desk.handler.close();
  expect((await modern(desk, "tools/list")).status).toBe(503);
});

test("a request that is cancelled stops the tool", async () => {
  const desk = await openDesk();
  const signals: AbortSignal[] = [];
  const toolbox = {
    ...desk.toolbox,
    run: (_name: string, _input: unknown, options: { readonly signal?: AbortSignal | undefined } = {}) =>
      new Promise<never>(() => void (options.signal && signals.push(options.signal))),
  };
  const handler = createMcpHandler(toolbox, { token: TOKEN, hosts: ["mcp.test"] });
  const client = await connectHttp(handler.fetch);
  closings.push(() => client.close());
  const cancel = new AbortController();
  const call = client.callTool({ name: "getPrice", arguments: { symbol: "BTCUSDT" } }, { signal: cancel.signal });
  const ended = call.then(
    () => "answered",
    () => "cancelled",
  );
  await expect.poll(() => signals.length).toBe(1);
  cancel.abort();
  expect(await ended).toBe("cancelled");
  await expect.poll(() => signals[0]?.aborted).toBe(true);
});

test("a request that is too large or not JSON is refused before it is read", async () => {
  const desk = await openDesk();
  const large = JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/list",
    params: { cursor: "x".repeat(300_000) },
  });
  expect((await post(desk, large)).status).toBe(413);
  const chunk = new TextEncoder().encode("x".repeat(65_536));
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(chunk);
    },
  });
  const endless = new Request(MCP_URL, { method: "POST", headers: HEADERS, body, duplex: "half" } as RequestInit);
  expect((await desk.handler.fetch(endless)).status).toBe(413);
  expect(pulled).toBeLessThan(20);
  expect((await post(desk, "{}", { "content-type": "text/plain" })).status).toBe(415);
});

test.for(eras)("%s: what fails inside the server is not told", async ([, send]) => {
  const desk = await openDesk();
  const told: string[] = [];
  const fail = (): never => {
    throw new Error("secret ak_live_canary in /home/ada");
  };
  const toolbox = {
    ...desk.toolbox,
    run: async () => Promise.reject(new Error("secret ak_live_canary")),
    status: fail,
  };
  const options = { token: TOKEN, hosts: ["mcp.test"], onError: (error: Error) => void told.push(error.message) };
  const broken = { ...desk, handler: createMcpHandler(toolbox, options) };
  const called = await send(broken, "tools/call", { name: "getPrice", arguments: { symbol: "BTCUSDT" } });
  const read = await send(broken, "resources/read", { uri: "agentexchange://mandate" });
  for (const { error } of [called, read]) {
    expect(error).toMatchObject({ code: -32_603 });
    expect(JSON.stringify(error)).not.toMatch(/canary|ada/);
  }
  expect(told.join()).toContain("canary");
});

describe("over a connection", () => {
  /** A connection of the old protocol, as bytes. */
  async function open() {
    const desk = await openDesk();
    const [mine, theirs] = InMemoryTransport.createLinkedPair();
    const runs: { readonly name: string; readonly signal: AbortSignal | undefined }[] = [];
    const toolbox: Toolbox = {
      ...desk.toolbox,
      run(name, input, options) {
        runs.push({ name, signal: options?.signal });
        return name === "getPortfolio" ? new Promise<never>(() => {}) : desk.toolbox.run(name, input, options);
      },
    };
    const server = toMcp(toolbox);
    await server.connect(theirs);
    closings.push(() => server.close());
    const received: JSONRPCMessage[] = [];
    // It is no event target.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener
    mine.onmessage = (message) => void received.push(message);
    await mine.start();
    const send = (message: object): Promise<void> => mine.send({ jsonrpc: "2.0", ...message } as JSONRPCMessage);
    const clientInfo = { name: "raw", version: "1" };
    await send({ id: 0, method: "initialize", params: { protocolVersion: LEGACY, capabilities: {}, clientInfo } });
    await expect.poll(() => received.length).toBe(1);
    await send({ method: "notifications/initialized" });
    return { received, send, runs };
  }

  test("a cancelled request is stopped and not answered", async () => {
    const { received, send, runs } = await open();
    await send({ id: 1, method: "tools/call", params: { name: "getPortfolio", arguments: {} } });
    await expect.poll(() => runs.length).toBe(1);
    await send({ method: "notifications/cancelled", params: { requestId: 1, reason: "enough" } });
    await expect.poll(() => runs[0]?.signal?.aborted).toBe(true);
    await send({ id: 2, method: "ping" });
    await expect.poll(() => received.at(-1)).toEqual({ jsonrpc: "2.0", id: 2, result: {} });
    expect(received).toHaveLength(2);
  });

  test("unknown notifications, and cancellations of nothing, are ignored", async () => {
    const { received, send } = await open();
    await send({ method: "notifications/whatever" });
    await send({ method: "notifications/cancelled", params: { requestId: 99 } });
    await send({ method: "notifications/progress", params: { progressToken: 99, progress: 1 } });
    await send({ id: "last", method: "ping" });
    await expect.poll(() => received.at(-1)).toEqual({ jsonrpc: "2.0", id: "last", result: {} });
    expect(received).toHaveLength(2);
  });

  test("a request with an ID that was used before is not executed again", async () => {
    const { received, send } = await open();
    const call = { name: "placeMarketOrder", arguments: { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } };
    for (const _ of [1, 2, 3]) await send({ id: 7, method: "tools/call", params: call });
    await expect.poll(() => received.length).toBe(4);
    const orders = received.slice(1).map((message) => /orderId[^,]*/.exec(JSON.stringify(message))?.[0]);
    expect(new Set(orders).size).toBe(1);
  });
});
