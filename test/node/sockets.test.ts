// Real sockets that break: calls fail in time with a typed error, and the next one works.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, expect, inject, test } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import { ConnectionError, ResponseError, ServerError, TimeoutError } from "../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../src/transport/index.ts";
import * as answers from "../support/answers.ts";
import { serve } from "../support/server.ts";

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;
const body = await answers.price().text();
const okResponse = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const openServers: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of openServers.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
});

/** A server whose responses the test writes to the socket. `index` counts all requests. */
async function startRawServer(
  answer: (socket: Socket, index: number, request: string) => void,
): Promise<{ readonly url: string; readonly seen: string[] }> {
  const sockets = new Set<Socket>();
  const seen: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data) => {
      const text = data.toString();
      if (!/^[A-Z]+ \//.test(text)) return;
      seen.push(text);
      answer(socket, seen.length - 1, text);
    });
  });
  openServers.push({ server, sockets });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const createClient = (baseUrl: string, timeout = 1000): AgentExchangeClient =>
  new AgentExchangeClient({ baseUrl, apiKey: "ak_live_x", timeout, retry: { baseDelay: 1 } });

test("a connection that is closed after a 500 does not fail the next call", async () => {
  const { url, seen } = await startRawServer((socket, index) => {
    if (index === 1) socket.end("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n");
    else socket.write(okResponse);
  });
  const client = createClient(url);
  for (let index = 0; index < 3; index++) expect((await client.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
  expect(seen).toHaveLength(4);
});

test("a keep-alive connection that was reset does not fail a read", async () => {
  const { url } = await startRawServer((socket, index) => {
    socket.write(okResponse);
    if (index === 0) setImmediate(() => socket.resetAndDestroy());
  });
  const client = createClient(url);
  await client.getPrice("BTCUSDT");
  expect((await client.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
});

test("an order on a keep-alive connection that breaks is sent once, and its outcome is unknown", async () => {
  const { url, seen } = await startRawServer((socket, index) => {
    if (index === 0) socket.write(okResponse);
    else socket.destroy();
  });
  const client = createClient(url);
  await client.getPrice("BTCUSDT");
  await expect(client.placeMarketOrder(order)).rejects.toBeInstanceOf(OrderOutcomeUnknownError);
  expect(seen.filter((request) => request.startsWith("POST"))).toHaveLength(1);
});

test("the server may close its side of the connection early", async () => {
  const { url } = await startRawServer((socket) => {
    socket.end(okResponse);
  });
  const client = createClient(url);
  for (let index = 0; index < 3; index++) expect((await client.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
});

test("a half-closed connection without a response is a ConnectionError", async () => {
  const { url, seen } = await startRawServer((socket) => void socket.end());
  await expect(createClient(url).getPrice("BTCUSDT")).rejects.toBeInstanceOf(ConnectionError);
  expect(seen).toHaveLength(3);
});

test.each([
  ["hang", TimeoutError],
  ["hang-body", TimeoutError],
  ["reset-before", ConnectionError],
  ["truncate", ConnectionError],
  ["close-after-500", ServerError],
  ["html-502", ServerError],
  ["empty-500", ServerError],
] as const)(
  "/fault/%s: a read fails in time with a typed error, an order with an unknown outcome",
  async (fault, kind) => {
    const startedAt = performance.now();
    const client = createClient(`${inject("serverUrl")}/fault/${fault}`, 500);
    const error: unknown = await client.getPrice("BTCUSDT").catch((problem: unknown) => problem);
    expect(Object.getPrototypeOf(error)).toBe(kind.prototype);
    const placed: unknown = await client.placeMarketOrder(order).catch((problem: unknown) => problem);
    expect(placed).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(placed).toMatchObject({ attempts: 1 });
    expect(performance.now() - startedAt).toBeLessThan(3000);
  },
);

test("an order to a closed port was not sent, so its outcome is known", async () => {
  const { url } = await startRawServer(() => {});
  for (const { server } of openServers.splice(0)) await new Promise((resolve) => server.close(resolve));
  for (const host of [url, url.replace("127.0.0.1", "localhost")]) {
    const error: unknown = await createClient(host)
      .placeMarketOrder(order)
      .catch((problem: unknown) => problem);
    expect(Object.getPrototypeOf(error)).toBe(ConnectionError.prototype);
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", retryable: true, attempts: 3 });
  }
});

test("a body that does not match its headers is a ResponseError", async () => {
  const { url } = await startRawServer(
    (socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"),
  );
  await expect(createClient(url).getPrice("BTCUSDT")).rejects.toBeInstanceOf(ResponseError);
});

test("an order whose response is lost reaches the platform once", async () => {
  const seen: string[] = [];
  const server = await serve((request) => {
    seen.push(request.method);
    return answers.placed();
  });
  try {
    const client = createClient(`${server.url}/fault/lose-answer`);
    await expect(client.placeMarketOrder(order)).rejects.toBeInstanceOf(OrderOutcomeUnknownError);
    expect(seen).toEqual(["POST"]);
  } finally {
    await server.close();
  }
});
