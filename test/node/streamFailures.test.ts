// Streams that cannot connect, over real sockets in each runtime: refused, unanswered, unreachable.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { repository, run } from "../support/run-process.ts";
import { runtimes } from "../support/runtimes.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();

async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that responds to REST, and to upgrades with this status or not at all. */
function refusing(status: string | undefined): Promise<string> {
  const server = createHttpServer((request, response) => {
    response.setHeader("content-type", "application/json");
    const body = request.url?.includes("/account/balance")
      ? { balances: [], total_equity_usdt: "0" }
      : { prices: {}, timestamp: "2026-03-05T14:00:00Z", count: 0, stale: true, data_age_seconds: null, pairs: [] };
    response.end(JSON.stringify(body));
  });
  server.on("upgrade", (_request, socket) => {
    if (status !== undefined) socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  return listen(server);
}

let cases: readonly string[] = [];
beforeAll(async () => {
  const gone = createServer();
  const closedPort = await listen(gone);
  gone.close();
  await once(gone, "close");
  const refused = await Promise.all(
    ["401 Unauthorized", "403 Forbidden", "404 Not Found", "429 Too Many Requests", "503 Service Unavailable"].map(
      async (status) => `${status.slice(0, 3)}=http://${await refusing(status)}`,
    ),
  );
  cases = [
    `closed port=http://${closedPort}`,
    ...refused,
    `no TLS=https://${await refusing("503 Service Unavailable")}`,
    `no such host=https://exchange.invalid`,
    `no response=http://${await refusing(undefined)}`,
    `no response at all=http://${await listen(createServer())}`,
  ];
});
afterAll(() => {
  for (const server of servers) server.close();
  for (const socket of sockets) socket.destroy();
});

test.for(runtimes)(
  "%s reports the failure immediately, with the reason",
  { timeout: 60_000 },
  async ([runtime, command, args]) => {
    const { code, output } = await run(command, [...args, `${repository}test/runtimes/streamFailures.js`, ...cases]);
    // Node's own WebSocket does not report the status. Deno is not allowed to access that host, and reports that.
    const refused = [401, 403, 404, 429, 503].map((status) =>
      runtime === "node"
        ? `${status} ConnectionError NO_CONNECTION `
        : `${status} ConnectionError STREAM_REFUSED ${status}`,
    );
    expect(output.trim().split("\n")).toEqual([
      "closed port ConnectionError NO_CONNECTION  immediately true waits",
      ...refused.map((line) => `${line} immediately true waits`),
      "no TLS ConnectionError NO_CONNECTION  immediately true waits",
      `no such host ConnectionError NO_CONNECTION  immediately true ${runtime === "deno" ? "NO_CONNECTION" : "waits"}`,
      "no response ConnectionError NO_CONNECTION  later true waits",
      "no response at all ConnectionError NO_CONNECTION  later true waits",
      "no WebSocket ConnectionError NO_WEBSOCKET  immediately true NO_WEBSOCKET",
    ]);
    expect(code).toBe(0);
  },
);
