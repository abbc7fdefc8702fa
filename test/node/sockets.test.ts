// Real sockets that break: a typed error in time, and the next call works.
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, expect, inject, test } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import { ConnectionError, ResponseError, ServerError, TimeoutError } from "../../src/errors/index.ts";
import { OrderOutcomeUnknownError } from "../../src/transport/index.ts";
import * as answers from "../support/answers.ts";
import { serve } from "../support/server.ts";

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.02" } as const;
const body = await answers.price().text();
const good = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

const open: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
});

/** A server that answers by hand: the n-th request of all, with its socket. */
async function raw(
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
  open.push({ server, sockets });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const client = (baseUrl: string, timeout = 1000): AgentExchangeClient =>
  new AgentExchangeClient({ baseUrl, apiKey: "ak_live_x", timeout, retry: { baseDelay: 1 } });

test("a connection that is closed after a 500 costs no second call", async () => {
  const { url, seen } = await raw((socket, index) => {
    if (index === 1) socket.end("HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n");
    else socket.write(good);
  });
  const one = client(url);
  for (let index = 0; index < 3; index++) expect((await one.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
  expect(seen).toHaveLength(4);
});

test("a kept-alive connection that dies unseen fails no read", async () => {
  const { url } = await raw((socket, index) => {
    socket.write(good);
    if (index === 0) setImmediate(() => socket.resetAndDestroy());
  });
  const one = client(url);
  await one.getPrice("BTCUSDT");
  expect((await one.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
});

test("an order on a kept-alive connection that breaks is sent once and its outcome unknown", async () => {
  const { url, seen } = await raw((socket, index) => {
    if (index === 0) socket.write(good);
    else socket.destroy();
  });
  const one = client(url);
  await one.getPrice("BTCUSDT");
  await expect(one.placeMarketOrder(order)).rejects.toBeInstanceOf(OrderOutcomeUnknownError);
  expect(seen.filter((request) => request.startsWith("POST"))).toHaveLength(1);
});

test("the other half of a connection may close early", async () => {
  const { url } = await raw((socket) => {
    socket.end(good);
  });
  const one = client(url);
  for (let index = 0; index < 3; index++) expect((await one.getPrice("BTCUSDT")).symbol).toBe("BTCUSDT");
});

test("a half-closed connection without an answer is a ConnectionError", async () => {
  const { url, seen } = await raw((socket) => void socket.end());
  await expect(client(url).getPrice("BTCUSDT")).rejects.toBeInstanceOf(ConnectionError);
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
] as const)("/fault/%s: a read ends in time with a typed error, an order in doubt", async (fault, kind) => {
  const began = performance.now();
  const one = client(`${inject("serverUrl")}/fault/${fault}`, 500);
  const error: unknown = await one.getPrice("BTCUSDT").catch((problem: unknown) => problem);
  expect((error as Error).constructor).toBe(kind);
  const placed: unknown = await one.placeMarketOrder(order).catch((problem: unknown) => problem);
  expect(placed).toBeInstanceOf(OrderOutcomeUnknownError);
  expect((placed as OrderOutcomeUnknownError).attempts).toBe(1);
  expect(performance.now() - began).toBeLessThan(3000);
});

test("nobody listens: certainly not sent, so an order is no riddle", async () => {
  const { url } = await raw(() => {});
  for (const { server } of open.splice(0)) await new Promise((resolve) => server.close(resolve));
  for (const host of [url, url.replace("127.0.0.1", "localhost")]) {
    const error: unknown = await client(host)
      .placeMarketOrder(order)
      .catch((problem: unknown) => problem);
    expect((error as Error).constructor).toBe(ConnectionError);
    expect(error).toMatchObject({ code: "CONNECTION_FAILED", retryable: true, attempts: 3 });
  }
});

test("a body that is not what its header promises is a ResponseError", async () => {
  const { url } = await raw((socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello"));
  await expect(client(url).getPrice("BTCUSDT")).rejects.toBeInstanceOf(ResponseError);
});

test("an order whose answer is lost reaches the platform once", async () => {
  const seen: string[] = [];
  const server = await serve((request) => {
    seen.push(request.method);
    return answers.placed();
  });
  try {
    const one = client(`${server.url}/fault/lose-answer`);
    await expect(one.placeMarketOrder(order)).rejects.toBeInstanceOf(OrderOutcomeUnknownError);
    expect(seen).toEqual(["POST"]);
  } finally {
    await server.close();
  }
});
