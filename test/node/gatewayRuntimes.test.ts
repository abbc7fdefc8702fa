// The documented gateway as a separate process of each runtime, used by the documented client of a page.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDashboard } from "../../examples/gateway-browser.ts";
import { AgentExchangeClient } from "../../src/client/index.ts";
import { repository, tool } from "../support/run-process.ts";
import { fromSources, killServers, startServe, type Served } from "../support/serveProcess.ts";

const PASSWORD = "a password of the dashboard";
const children: ChildProcess[] = [];

let served: Served;
beforeAll(async () => {
  served = await startServe(fromSources, "--port", "0", "--host", "127.0.0.1");
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await killServers();
});

async function start(command: string, args: readonly string[]): Promise<{ readonly port: number; printed: string }> {
  const env = {
    ...process.env,
    PORT: "0",
    AGENTEXCHANGE_API_KEY: served.apiKey,
    AGENTEXCHANGE_BASE_URL: served.url,
    REPORTS_SECRET: "a-secret-of-the-reports-0123456789",
    TOKEN_SECRET: "a secret of the tokens 0123456789",
    DASHBOARD_PASSWORD: PASSWORD,
  };
  const child = spawn(command, [...args, `${repository}examples/gateway-server.js`], { env, stdio: "pipe" });
  children.push(child);
  const state = { port: 0, printed: "" };
  child.stderr.on("data", (data: Buffer) => {
    state.printed += data.toString();
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  state.port = Number(/^listening on (\d+)$/.exec(line)?.[1]);
  return state;
}

/** Sends bytes that no client would send; returns the status of the answer, or undefined for none within 2 s. */
async function sendRaw(port: number, lines: readonly string[]): Promise<number | undefined> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("error", () => {});
  socket.on("data", (data: Buffer) => {
    answer += data.toString();
    if (answer.includes("\r\n\r\n")) socket.destroy();
  });
  socket.setTimeout(2000, () => socket.destroy());
  socket.write([...lines, "", ""].join("\r\n"));
  await once(socket, "close");
  expect(answer).not.toContain(served.apiKey);
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
  return status === undefined ? undefined : Number(status);
}

test("the documentation shows the server that is tested", () => {
  const read = (path: string): string => readFileSync(repository + path, "utf8");
  expect(read("docs/edge.md")).toContain(`\`\`\`js\n${read("examples/gateway-server.js")}\`\`\``);
});

test.for([
  ["node", process.execPath, ["--experimental-strip-types", "--no-warnings"]],
  ["deno", tool("deno"), ["run", "--allow-env", "--allow-net=127.0.0.1", "--no-check", "--cached-only"]],
  ["bun", tool("bun"), ["run"]],
] as const)("%s: a page trades and streams through the gateway", { timeout: 60_000 }, async ([, command, args]) => {
  const gateway = await start(command, args);
  const { port } = gateway;
  const host = `127.0.0.1:${port}`;
  await using client = openDashboard(`http://${host}`, PASSWORD);
  await using direct = new AgentExchangeClient({ baseUrl: served.url, apiKey: served.apiKey });
  expect((await client.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");

  const stream = client.openStream();
  const filled: string[] = [];
  const leave = stream.onOrders(({ orderId, status }) => {
    if (status === "filled") filled.push(orderId);
  });
  await expect.poll(() => stream.state, { timeout: 10_000 }).toBe("live");
  const placed = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
  // The order of another runtime, placed less than a second before, may be told, too.
  await expect.poll(() => filled.filter((orderId) => orderId === placed.orderId).length, { timeout: 10_000 }).toBe(1);
  expect((await direct.getOrder(placed.orderId)).status).toBe("filled");
  leave();

  await expect(client.getBalance()).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
  await expect(openDashboard(`http://${host}`, "wrong").getPortfolio()).rejects.toThrow("401");

  const before = (await direct.listOrders({ limit: 100 })).length;
  const path = "/api/v1/market/price/BTCUSDT";
  for (const lines of [
    [`GET ${path} HTTP/1.1`, "Host: evil.example"],
    [`GET http://evil.example${path} HTTP/1.1`, "Host: evil.example"],
    [`TRACE ${path} HTTP/1.1`, `Host: ${host}`],
    ["CONNECT evil.example:443 HTTP/1.1", "Host: evil.example:443"],
    [`GET ${path}%00 HTTP/1.1`, `Host: ${host}`],
    ["GET /api/v1/market%2Fprice/BTCUSDT HTTP/1.1", `Host: ${host}`],
    [
      `POST /api/v1/trade/order HTTP/1.1`,
      `Host: ${host}`,
      "Content-Length: 5",
      "Transfer-Encoding: chunked",
      "",
      "0",
      "",
    ],
    [`POST /api/v1/trade/order HTTP/1.1`, `Host: ${host}`, "Content-Length: 5", "Content-Length: 6", "", "{}"],
    ["GET /ws/v1?api_key=x HTTP/1.1", `Host: ${host}`, "Upgrade: websocket", "Connection: Upgrade"],
  ]) {
    const status = await sendRaw(port, lines);
    expect([lines[0], status === undefined || status >= 400]).toEqual([lines[0], true]);
  }
  expect(await sendRaw(port, [`GET ${path} HTTP/1.1`, `Host: ${host}`, "Connection: close"])).toBe(200);
  expect((await direct.listOrders({ limit: 100 })).length).toBe(before);
  expect(gateway.printed).toBe("");
});
