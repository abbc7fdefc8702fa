// In-process sockets behave like standard ones.
import { describe, expect, it } from "vitest";
import { isVirtual } from "../../../src/exchange/time/clock.ts";
import type { Exchange, StreamPeer } from "../../../src/exchange/index.ts";
import { recordEvents, createStreamExchange, connectStream } from "./streamTalk.ts";

const ADDRESS = "ws://exchange.localhost/ws/v1";

async function begin(
  latency = 0,
): Promise<{ readonly exchange: Exchange; readonly apiKey: string; readonly url: string }> {
  const exchange = createStreamExchange({ latency });
  const { apiKey } = await exchange.register();
  return { exchange, apiKey, url: `${ADDRESS}?api_key=${apiKey}` };
}

function nameOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof DOMException ? error.name : String(error);
  }
  return "nothing";
}

describe("an in-process socket", () => {
  it("has the standard fields and constants", async () => {
    const { exchange, url } = await begin();
    const { WebSocket } = exchange.connection;
    const socket = new WebSocket(new URL(url));
    for (const each of [WebSocket, socket])
      expect([each.CONNECTING, each.OPEN, each.CLOSING, each.CLOSED]).toEqual([0, 1, 2, 3]);
    expect(socket).toMatchObject({
      url,
      protocol: "",
      extensions: "",
      bufferedAmount: 0,
      binaryType: "blob",
      readyState: 0,
    });
    await exchange.advance(0);
    expect(socket.readyState).toBe(1);
    socket.close();
    expect(socket.readyState).toBe(2);
    await exchange.advance(0);
    expect(socket.readyState).toBe(3);
    expect(new WebSocket(url.replace("ws:", "http:")).url).toBe(url);
    expect(new WebSocket(url.replace("ws:", "https:")).url).toBe(url.replace("ws:", "wss:"));
  });

  it("rejects what the standard rejects", async () => {
    const { exchange, url } = await begin();
    const { WebSocket } = exchange.connection;
    for (const wrong of ["/ws/v1", "ftp://exchange.localhost", `${url}#top`])
      expect(nameOf(() => new WebSocket(wrong))).toBe("SyntaxError");
    const socket = new WebSocket(url);
    expect(nameOf(() => socket.send("early"))).toBe("InvalidStateError");
    await exchange.advance(0);
    for (const code of [0, 999, 1001, 1005, 1006, 2999, 5000, Number.NaN])
      expect(nameOf(() => socket.close(code))).toBe("InvalidAccessError");
    expect(nameOf(() => socket.close(1000, "ä".repeat(62)))).toBe("SyntaxError");
    expect(socket.readyState).toBe(1);
    socket.close(3000, "ä".repeat(61));
    expect(nameOf(() => socket.close(3000))).toBe("nothing");
  });

  it("closes with the client's code and reason, and counts data that it can no longer send", async () => {
    const { exchange, url } = await begin();
    const socket = new exchange.connection.WebSocket(url);
    const ends: unknown[] = [];
    socket.addEventListener(
      "close",
      ({ code, reason, wasClean, type }) => void ends.push([type, code, reason, wasClean]),
    );
    await exchange.advance(0);
    socket.close(4321, "enough");
    socket.send("äb");
    socket.send(new Uint8Array(5));
    socket.send(new ArrayBuffer(5));
    socket.send(new Blob(["abc"]));
    expect(socket.bufferedAmount).toBe(16);
    await exchange.advance(0);
    expect(ends).toEqual([["close", 4321, "enough", true]]);
  });

  it("fails when it is closed before it is open", async () => {
    for (const latency of [0, 50]) {
      const { exchange, url } = await begin(latency);
      const client = recordEvents(new exchange.connection.WebSocket(url));
      client.socket.close();
      expect(client.socket.readyState).toBe(2);
      await exchange.advance(200);
      expect(client.takeEvents()).toEqual(["error", "close 1006 broken"]);
      expect(isVirtual(exchange.connection.clock) && exchange.connection.clock.pending).toBe(0);
    }
  });

  it("supports no subprotocols, so requesting one fails the connection", async () => {
    const { exchange, url } = await begin();
    const client = recordEvents(new exchange.connection.WebSocket(url, ["v1"]));
    await exchange.advance(0);
    expect(client.takeEvents()).toEqual(["error", "close 1006 broken"]);
  });

  it("calls the latest handler, once, in addition to the listeners", async () => {
    const { exchange, url } = await begin();
    const socket = new exchange.connection.WebSocket(url);
    const calls: string[] = [];
    expect(socket.onopen).toBeNull();
    /* oxlint-disable unicorn/prefer-add-event-listener -- the handlers are what is tested */
    socket.onopen = () => void calls.push("never");
    socket.addEventListener("open", () => void calls.push("listener"));
    const handler = (): void => void calls.push("handler");
    socket.onopen = handler;
    socket.onmessage = ({ data }) => void calls.push(String(data));
    socket.onerror = null;
    socket.onclose = null;
    /* oxlint-enable unicorn/prefer-add-event-listener */
    expect([socket.onopen, socket.onclose]).toEqual([handler, null]);
    await exchange.advance(0);
    socket.send('{"action":"subscribe","channel":"orders"}');
    expect(calls).toEqual(["handler", "listener"]);
    await exchange.advance(0);
    expect(calls.slice(2)).toEqual(['{"type":"subscribed","channel":"orders"}']);
  });

  it("applies the exchange's latency in both directions, and keeps the order", async () => {
    const { exchange, apiKey } = await begin(50);
    const client = connectStream(exchange, apiKey);
    await exchange.advance(99);
    expect(client.takeEvents()).toEqual([]);
    await exchange.advance(1);
    expect(client.takeEvents()).toEqual(["open"]);
    for (const channel of ["orders", "portfolio"]) client.send({ action: "subscribe", channel });
    client.socket.close();
    await exchange.advance(99);
    expect(client.takeEvents()).toEqual([]);
    await exchange.advance(1);
    // Messages after its own close are not delivered.
    expect(client.takeEvents()).toEqual(["close 1005 clean"]);
  });
});

describe("a server's socket", () => {
  it("is attached by connect, with the same latency", async () => {
    const { exchange, apiKey } = await begin(50);
    const told: string[] = [];
    const peer: StreamPeer = {
      send: (text) => void told.push(text),
      close: (code) => void told.push(`close ${code}`),
      drop: () => void told.push("drop"),
      stall: () => void told.push("stall"),
    };
    expect(exchange.connect("/ws/v1", peer)).toBeUndefined();
    expect(exchange.connect("//", peer)).toBeUndefined();
    const session = exchange.connect(`/ws/v1?api_key=${apiKey}`, peer);
    session?.receive('{"action":"subscribe","channel":"orders"}');
    session?.receiveBinary();
    await exchange.advance(99);
    expect(told).toEqual([]);
    await exchange.advance(1);
    expect(told).toEqual([
      '{"type":"subscribed","channel":"orders"}',
      '{"type":"error","code":"INVALID_MESSAGE","message":"Binary frames are not supported."}',
    ]);
    session?.receive('{"action":"subscribe","channel":"portfolio"}');
    session?.closed();
    session?.closed();
    await exchange.advance(100_000);
    expect(told).toHaveLength(2);
    expect(isVirtual(exchange.connection.clock) && exchange.connection.clock.pending).toBe(0);
    expect(exchange.connect(new URL(`http://any.host/ws/v1?api_key=x&api_key=${apiKey}`), peer)).toBeDefined();
    exchange.close();
    await exchange.advance(100);
    expect(told.slice(2)).toEqual(["close 1012"]);
    expect(exchange.connect(`/ws/v1?api_key=${apiKey}`, peer)).toBeUndefined();
  });
});
