// `agentexchange serve` as users start it: a separate process, real sockets.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request as httpRequest, Agent } from "node:http";
import { connect, createServer } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { safeBuy } from "../../examples/safe-buy.ts";
import { createService } from "../../examples/service.ts";
import worker from "../../examples/worker.ts";
import { AgentExchangeClient, OrderError } from "../../src/index.ts";
import { repository, run } from "../support/run-process.ts";
import { endServe, fromSources, killServers, startServe, type Served } from "../support/serveProcess.ts";

afterEach(async () => {
  await killServers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const start = (...args: readonly string[]): Promise<Served> => startServe(fromSources, ...args);
const free = ["--port", "0"] as const;

const clientOf = ({ url, apiKey }: Served): AgentExchangeClient =>
  new AgentExchangeClient({ baseUrl: url, apiKey, retry: false });

test("the greeting's curl command works unchanged, on both loopback addresses", async () => {
  const served = await start(...free);
  expect(served.url).toBe(`http://localhost:${served.port}`);
  const { code, output } = await run("sh", ["-c", served.curl.replace("curl ", "curl -s ")]);
  expect(code).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ balances: [{ asset: "USDT", available: "10000.00000000" }] });
  for (const host of ["127.0.0.1", "[::1]"]) {
    const response = await fetch(`http://${host}:${served.port}/api/v1/market/price/BTCUSDT`);
    expect(await response.json()).toMatchObject({ symbol: "BTCUSDT" });
  }
});

test("a client reads prices and positions, places orders, is rejected once and sees an order end", async () => {
  const served = await start(...free, "--seed", "42");
  const client = clientOf(served);
  const { price } = await client.getPrice("BTCUSDT");
  const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  expect(order.status).toBe("filled");
  const [position] = await client.getPositions();
  expect(position?.quantity.toString()).toBe("0.01");
  const limit = price.times(0.9).toDecimalPlaces(2);
  const pending = await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01", price: limit });
  expect((await client.getOpenOrders()).map(({ orderId }) => orderId)).toEqual([pending.orderId]);
  expect((await client.cancelOrder(pending.orderId)).status).toBe("cancelled");
  await expect(client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "100" })).rejects.toBeInstanceOf(
    OrderError,
  );
  expect(await client.getTradeHistory()).toHaveLength(1);
  const snapshot = await client.marketSnapshot(["BTCUSDT", "ETHUSDT", "SOLUSDT"]);
  expect(snapshot.entries).toHaveLength(3);
  await client.close();
});

test("runs the first examples unchanged", async () => {
  const served = await start(...free);
  vi.stubEnv("AGENTEXCHANGE_BASE_URL", served.url);
  vi.stubEnv("AGENTEXCHANGE_API_KEY", served.apiKey);
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => void printed.push(parts.join(" ")));
  for (const name of ["basic-usage", "five-snapshots"]) await import(`../../examples/${name}.ts`);
  expect(printed.join("\n")).toMatch(
    /^BTC: \$[\d.]+\nAvailable USDT: 10000\nOrder \S+: filled\nTotal equity: \$9999\./,
  );
  expect(printed).toHaveLength(10);
});

test("runs the other examples unchanged", async () => {
  const served = await start(...free);
  vi.stubEnv("AGENTEXCHANGE_BASE_URL", served.url);
  vi.stubEnv("AGENTEXCHANGE_API_KEY", served.apiKey);
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((...parts: unknown[]) => void printed.push(parts.join(" ")));
  for (const name of ["snapshot", "await-using", "close", "five-tasks"]) await import(`../../examples/${name}.ts`);
  expect(printed).toEqual([
    ...["BTC", "ETH", "SOL", "BNB", "ADA"].map((name): unknown => expect.stringMatching(`^${name}USDT [\\d.]+$`)),
    expect.stringMatching(/^[\d.]+$/),
    expect.stringMatching(/^[\d.]+$/),
    expect.stringMatching(/BTC price\? "[\d.]+"$/),
    'What is my portfolio value? "10000"',
    "List my open orders. []",
    "What were my last 5 trades? []",
    'What is my 7-day Sharpe ratio? "0"',
  ]);

  const client = clientOf(served);
  const bought = await safeBuy(client, "BTCUSDT", "0.001");
  expect((await client.getTradeHistory()).map(({ orderId }) => orderId)).toEqual([bought?.orderId]);
  const answer = await worker.fetch(new Request("https://worker.example/"), { BASE_URL: served.url });
  expect(((await answer.json()) as { readonly entries: unknown[] }).entries).toHaveLength(3);
  const service = createService(client, "a token of the service");
  const headers = { authorization: "Bearer a token of the service" };
  const portfolio = await service.fetch(new Request("https://service.example/portfolio", { headers }));
  expect(await portfolio.json()).toMatchObject({ totalEquity: expect.stringMatching(/^9999\./) as unknown });
  await service.close();
  await client.close();
});

test("32 simultaneous connections: every order exists once, and the balance is exact", async () => {
  const served = await start(...free, "--seed", "1");
  const client = new AgentExchangeClient({
    baseUrl: served.url,
    apiKey: served.apiKey,
    retry: false,
    rateLimit: false,
  });
  const quantities = Array.from({ length: 64 }, (_, index) => `0.00${300 + index}`);
  const placed = await Promise.all(
    quantities.map((quantity) => client.placeMarketOrder({ symbol: "ETHUSDT", side: "buy", quantity })),
  );
  const trades = await client.getTradeHistory({ limit: 500 });
  expect(trades.map(({ quantity }) => quantity.toFixed(5)).toSorted()).toEqual(quantities.toSorted());
  const cost = placed.reduce((sum, { totalCost }) => sum.plus(totalCost ?? 0), trades[0]!.price.times(0));
  const { balances } = await client.getBalance();
  const usdt = balances.find(({ asset }) => asset === "USDT");
  // Each order changes the wallet by whole units of the eighth decimal.
  expect(usdt?.available.plus(cost).minus(10_000).abs().lessThan("0.000001")).toBe(true);
  await client.close();
});

test("32 keep-alive sockets answer several requests each", async () => {
  const served = await start(...free);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const get = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const target = { agent, host: "127.0.0.1", port: served.port, path: "/api/v1/market/price/BTCUSDT" };
      const sent = httpRequest(target, (response) => {
        response.resume().once("end", () => resolve(response.statusCode ?? 0));
      });
      sent.once("error", reject).end();
    });
  const statuses = await Promise.all(Array.from({ length: 640 }, get));
  expect(new Set(statuses)).toEqual(new Set([200]));
  const open = Object.values(agent.freeSockets).flat().length;
  expect(open).toBeGreaterThan(0);
  expect(open).toBeLessThanOrEqual(32);
  agent.destroy();
});

test("HEAD is rejected like on the platform, without a body", async () => {
  const served = await start(...free);
  const { url } = served;
  const response = await fetch(`${url}/api/v1/market/price/BTCUSDT`, { method: "HEAD" });
  expect([response.status, response.headers.get("allow"), await response.text()]).toEqual([405, "GET", ""]);
});

test.for([
  ["with a length", { "content-length": "4194304" }],
  ["in chunks", { "transfer-encoding": "chunked" }],
] as const)("a body over 1 MiB %s is rejected, and the next request is answered", async ([, headers]) => {
  const served = await start(...free);
  const status = await new Promise<number>((resolve, reject) => {
    const target = { host: "127.0.0.1", port: served.port, path: "/api/v1/auth/login", method: "POST" };
    const sent = httpRequest({ ...target, headers: { "content-type": "application/json", ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    const chunk = Buffer.alloc(1024 * 1024, " ");
    for (let at = 0; at < 4; at++) sent.write(chunk);
    sent.end();
  });
  expect(status).toBe(413);
  expect((await fetch(`${served.url}/health`)).status).toBe(200);
});

test("bytes that are not HTTP, and clients that disconnect, do not affect others", async () => {
  const served = await start(...free, "--latency", "50");
  const rude = connect(served.port, "127.0.0.1");
  rude.on("error", () => {});
  rude.resume();
  rude.write("this is no HTTP\r\n\r\n");
  await once(rude, "close");
  const signal = AbortSignal.timeout(10);
  for (const init of [{}, { method: "POST", body: "{" }])
    await expect(fetch(`${served.url}/health`, { ...init, signal })).rejects.toThrow("aborted");
  expect((await fetch(`${served.url}/health`)).status).toBe(200);
  expect(await endServe(served, "SIGTERM")).toMatchObject({ code: 0 });
});

test("--fast: simulated time runs at the given multiple", async () => {
  const served = await start(...free, "--fast", "3600");
  const time = async (): Promise<number> => {
    const response = await fetch(`${served.url}/api/v1/market/price/BTCUSDT`);
    return new Date(((await response.json()) as { readonly timestamp: string }).timestamp).getTime();
  };
  const before = performance.now();
  const first = await time();
  const real = performance.now();
  while (performance.now() - real < 200) await time();
  const passed = (await time()) - first;
  expect(passed).toBeGreaterThanOrEqual(200 * 3600 - 1000);
  expect(passed).toBeLessThan((performance.now() - before) * 3600 + 1000);
});

test("--latency: every response is delayed by that much", async () => {
  const served = await start(...free, "--latency", "120");
  const sent = performance.now();
  expect((await fetch(`${served.url}/health`)).status).toBe(200);
  expect(performance.now() - sent).toBeGreaterThan(115);
});

test("--demo: a second account with trades, positions and pending orders of the last day", async () => {
  const served = await start(...free, "--demo", "--seed", "4");
  const demo = new AgentExchangeClient({ baseUrl: served.url, apiKey: served.demoKey });
  const [trades, positions, open] = await Promise.all([
    demo.getTradeHistory(),
    demo.getPositions(),
    demo.getOpenOrders(),
  ]);
  expect(trades.length).toBeGreaterThan(7);
  expect(positions.length).toBeGreaterThan(2);
  expect(open.length).toBeGreaterThan(2);
  const now = Date.now();
  for (const { executedAt } of trades) {
    expect(executedAt.getTime()).toBeGreaterThan(now - 25 * 3_600_000);
    expect(executedAt.getTime()).toBeLessThanOrEqual(now);
  }
  const { timestamp } = await demo.getPrice("BTCUSDT");
  expect(Math.abs(timestamp.getTime() - now)).toBeLessThan(10_000);
  await demo.close();
});

test("--fidelity observed copies the platform's quirks, declared does not", async () => {
  const credentials = async (...args: readonly string[]): Promise<string | null> => {
    const { url } = await start(...free, ...args);
    const headers = { origin: "http://localhost:3000" };
    return (await fetch(`${url}/api/v1/market/prices`, { headers })).headers.get("access-control-allow-credentials");
  };
  expect(await credentials()).toBeNull();
  expect(await credentials("--fidelity", "observed")).toBe("true");
});

test.for(["SIGINT", "SIGTERM"] as const)("%s ends it with code 0, even with open connections", async (signal) => {
  const served = await start(...free, "--latency", "300");
  const idle = connect(served.port, "127.0.0.1");
  await once(idle, "connect");
  const idleClosed = once(idle, "close");
  const underWay = fetch(`${served.url}/api/v1/market/price/BTCUSDT`).then(({ status }) => status);
  await new Promise((resolve) => void setTimeout(resolve, 100));
  const { code, ms } = await endServe(served, signal);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5000);
  expect(await underWay).toBe(200);
  await idleClosed;
  await expect(fetch(`${served.url}/health`)).rejects.toThrow("fetch failed");
});

test("a second Ctrl-C has no effect", async () => {
  const served = await start(...free);
  const exited = once(served.child, "exit");
  served.child.kill("SIGINT");
  served.child.kill("SIGINT");
  expect((await exited)[0]).toBe(0);
});

test("killed and restarted on the same port: the same seed gives the same key if requested, and a client continues", async () => {
  const first = await start(...free, "--seed", "7", "--insecure-keys");
  const client = new AgentExchangeClient({ baseUrl: first.url, apiKey: first.apiKey, timeout: 10_000 });
  expect(await client.getOpenOrders()).toEqual([]);
  const exited = once(first.child, "exit");
  first.child.kill("SIGKILL");
  await exited;
  const second = await start("--port", String(first.port), "--seed", "7", "--insecure-keys");
  expect(second.apiKey).toBe(first.apiKey);
  expect((await client.getBalance()).balances[0]?.available.toString()).toBe("10000");
  await client.close();
});

test("every start has a new key, regardless of the seed", async () => {
  const [first, second] = await Promise.all([start(...free, "--seed", "7"), start(...free, "--seed", "7")]);
  expect(first.apiKey).toMatch(/^ak_live_.{64}$/);
  expect(second.apiKey).not.toBe(first.apiKey);
});

const cli = (...args: readonly string[]): ReturnType<typeof run> =>
  run(fromSources[0] ?? "", [...fromSources.slice(1), ...args]);

test("a port in use is one line and code 1", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { readonly port: number };
  expect(await cli("serve", "--port", String(port))).toEqual({
    code: 1,
    output: `Port ${port} on localhost is in use. Choose another one with --port.\n`,
  });
  holder.close();
});

test.for([
  [["serve", "--bogus"], "Unknown option '--bogus'. Try --help.", 2],
  [["serve", "--host", "203.0.113.1"], "203.0.113.1 is not an address of this machine. See --host.", 1],
  [
    ["serve", "--trust-proxy", "--insecure-keys"],
    "--insecure-keys cannot be used behind a proxy. Omit --trust-proxy.",
    2,
  ],
  [
    ["serve", "--host", "0.0.0.0", "--insecure-keys"],
    '--insecure-keys needs a loopback address as --host (localhost, 127.0.0.1, ::1), received "0.0.0.0". Omit one of them.',
    2,
  ],
  [["server"], 'Unknown command "server". Did you mean "serve"? Try --help.', 2],
] as const)("%j is one line and its code", async ([args, line, code]) => {
  expect(await cli(...args)).toEqual({ code, output: `${line}\n` });
});

test("--help names every option, --version is the package's", async () => {
  const { version } = JSON.parse(await readFile(`${repository}package.json`, "utf8")) as { readonly version: string };
  expect(await cli("--version")).toEqual({ code: 0, output: `${version}\n` });
  const help = await cli("serve", "--help");
  expect(help.code).toBe(0);
  for (const option of [
    "port",
    "host",
    "seed",
    "insecure-keys",
    "fidelity",
    "fast",
    "latency",
    "demo",
    "allow-host",
    "allow-origin",
    "trust-proxy",
    "help",
    "version",
  ])
    expect(help.output).toContain(`--${option}`);
  expect(await cli("help", "serve")).toEqual(help);
  expect(await cli("serve", "--version")).toEqual({ code: 0, output: `${version}\n` });
});
