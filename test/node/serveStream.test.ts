// The stream over real sockets: Node's own client and that of ws, connected to the server of `agentexchange serve`.
import { once } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WebSocket as WsSocket } from "ws";
import { listen, type Listening } from "../../src/cli/serve/listen.ts";
import { createStreams, type Streams } from "../../src/cli/serve/streams.ts";
import type { Exchange, StreamFaults } from "../../src/exchange/index.ts";
import { conversations, type Conversation } from "../fixtures/stream.ts";
import { beforehand, isTick, seenOf } from "../shared/exchange/streamRecorded.ts";
import { createStreamExchange } from "../shared/exchange/streamTalk.ts";
import { endServe, fromSources, killServers, startServe } from "../support/serveProcess.ts";

interface Served {
  readonly server: Listening;
  readonly streams: Streams;
  readonly address: string;
}

const open: Served[] = [];

afterEach(async () => {
  vi.useRealTimers();
  await killServers();
  for (const { server, streams } of open.splice(0)) await Promise.all([server.close(), streams.close()]);
});

async function serve(exchange: Exchange): Promise<Served> {
  const streams = createStreams(exchange);
  const server = await listen((request) => exchange.fetch(request), "127.0.0.1", 0, streams.upgrade);
  const served = { server, streams, address: `ws://127.0.0.1:${server.port}/ws/v1` };
  open.push(served);
  return served;
}

const CLIENTS = { "Node's": WebSocket, ws: WsSocket as unknown as typeof WebSocket } as const;
type Client = keyof typeof CLIENTS;

/** A socket's events in order. */
function sightsOf(socket: WebSocket): () => Promise<string> {
  const seen: string[] = [];
  let arrived = (): void => {};
  const see = (sight: string): void => {
    seen.push(sight);
    arrived();
  };
  socket.addEventListener("open", () => see("open"));
  socket.addEventListener("message", ({ data }) => see(String(data)));
  socket.addEventListener("error", () => see("error"));
  socket.addEventListener("close", ({ code, wasClean }) => see(`close ${code} ${wasClean ? "clean" : "broken"}`));
  return async () => {
    while (seen.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
    return seen.shift() as string;
  };
}

/** Replays a conversation over a socket; the exchange's time advances only where the recording waited. */
async function have(conversation: Conversation, fidelity: "observed" | "declared", client: Client): Promise<void> {
  const { exchange, key } = await beforehand(conversation, fidelity);
  const { address } = await serve(exchange);
  const socket = new CLIENTS[client](`${address}?api_key=${key}`);
  const next = sightsOf(socket);
  let ticking = false;
  for (const event of conversation.events) {
    if (event.event === "send") socket.send(event.data);
    if (event.event === "send_binary") socket.send(new TextEncoder().encode('{"action":"pong"}'));
    if (event.event === "close" && event.code === 1005) socket.close();
    if (isTick(event) && !ticking) {
      ticking = true;
      await exchange.advance(1000);
    }
    if (event.event === "receive" && event.data === '{"type":"ping"}') await exchange.advance(30_000);
    if (event.event === "close" && event.t_ms > 40_000 && event.code === 1000) await exchange.advance(10_000);
    for (const sight of seenOf(event, conversation, fidelity)) expect(await next()).toBe(sight);
    // Without a connection, Node 22's own client emits no close event.
    if (event.event === "error" && client === "Node's") break;
  }
  socket.close();
}

describe.each(conversations)("the conversation $name over a socket", (conversation) => {
  it.each([
    ["observed", "Node's"],
    ["observed", "ws"],
    ["declared", "Node's"],
    ["declared", "ws"],
  ] as const)("%s, with the client of %s", async (fidelity, client) => {
    await expect(have(conversation, fidelity, client)).resolves.toBeUndefined();
  });
});

/** A connected client of ws. */
async function connectWs(address: string): Promise<WsSocket> {
  const socket = new WsSocket(address);
  await once(socket, "open");
  return socket;
}

async function begin(
  streamFaults?: StreamFaults,
): Promise<Served & { readonly exchange: Exchange; readonly url: string }> {
  const exchange = createStreamExchange({ streamFaults });
  const { apiKey } = await exchange.register();
  const served = await serve(exchange);
  return { ...served, exchange, url: `${served.address}?api_key=${apiKey}` };
}

describe("a served stream", () => {
  it("rejects wrong keys and wrong paths with an empty 403 before the upgrade", async () => {
    const { address, url } = await begin();
    const wrong = [address, `${address}?api_key=ak_live_x`, url.replace("/v1", "/v1/"), url.replace("/ws/v1", "//")];
    for (const each of wrong) {
      const socket = new WsSocket(each);
      socket.on("error", () => {});
      const [, response] = (await once(socket, "unexpected-response")) as [
        unknown,
        AsyncIterable<Buffer> & { statusCode: number; headers: Record<string, string> },
      ];
      let body = "";
      for await (const chunk of response) body += chunk.toString();
      expect([response.statusCode, response.headers["connection"], body]).toEqual([403, "close", ""]);
    }
  });

  it("compresses if the client offers it", async () => {
    const { url } = await begin();
    const socket = await connectWs(url);
    expect(socket.extensions).toContain("permessage-deflate");
    socket.send('{"action":"subscribe","channel":"orders"}');
    const [data] = (await once(socket, "message")) as [Buffer];
    expect(data.toString()).toBe('{"type":"subscribed","channel":"orders"}');
    socket.close();
  });

  it("closes with 1009 on a frame of more than 1 MiB", async () => {
    const { url } = await begin();
    const socket = await connectWs(url);
    socket.on("error", () => {});
    socket.send("x".repeat(1024 * 1024 + 1));
    const [code] = (await once(socket, "close")) as [number];
    expect(code).toBe(1009);
  });

  it("pings every 20 s, and disconnects clients that do not reply", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { url } = await begin();
    const [lively, dead] = await Promise.all([
      connectWs(url),
      new Promise<WsSocket>((resolve) => {
        const socket = new WsSocket(url, { autoPong: false });
        socket.once("open", () => resolve(socket));
      }),
    ]);
    for (let round = 0; round < 2; round++) {
      const pings = [once(lively, "ping"), ...(round === 0 ? [once(dead, "ping")] : [once(dead, "close")])];
      vi.advanceTimersByTime(20_000);
      await Promise.all(pings);
      // Its reply has arrived once a later message is answered.
      lively.send('{"action":"ping"}');
      await once(lively, "message");
    }
    expect([lively.readyState, dead.readyState]).toEqual([WsSocket.OPEN, WsSocket.CLOSED]);
    lively.close();
  });

  it("applies faults over sockets, too", async () => {
    const kinds = ["refuse", "unreachable", "close", "cut"] as const;
    const { url } = await begin(({ connection, kind }) => {
      const fault = kinds[connection];
      return (kind === "upgrade") === connection < 2 ? fault : undefined;
    });
    const ends: string[] = [];
    for (const kind of kinds) {
      const socket = new CLIENTS.ws(url);
      const next = sightsOf(socket);
      if ((await next()) === "open") socket.send("{}");
      ends.push(`${kind}: ${await next()}`);
    }
    expect(ends).toEqual([
      "refuse: close 1006 broken",
      "unreachable: close 1006 broken",
      "close: close 1011 clean",
      "cut: close 1006 broken",
    ]);
  });

  it("leaves a half-open connection open, and sends nothing more", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const { exchange, url } = await begin(({ connection, kind, frame }) =>
      connection === 0 && kind !== "upgrade" && frame === 1 ? "half-open" : undefined,
    );
    const socket = await connectWs(url);
    const heard: string[] = [];
    for (const event of ["message", "ping", "close"]) socket.on(event, () => heard.push(event));
    socket.send("{}");
    await once(socket, "message");
    socket.send("{}");
    while (exchange.journal.at(-1)?.kind !== "fault") await new Promise((resolve) => setImmediate(resolve));
    const other = await connectWs(url);
    for (let round = 0; round < 3; round++) {
      const ping = once(other, "ping");
      vi.advanceTimersByTime(20_000);
      await ping;
      other.send("{}");
      await once(other, "message");
    }
    expect(heard).toEqual(["message"]);
    socket.terminate();
    other.terminate();
  });

  it("answers a request that offers another protocol over HTTP", async () => {
    const { server } = await begin();
    const { connect } = await import("node:net");
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n");
    const [data] = (await once(socket, "data")) as [Buffer];
    expect(data.toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it("closes with 1012 when the server stops, which does not wait for unresponsive clients", async () => {
    const served = await startServe(fromSources, "--port", "0");
    const url = `${served.url.replace("http", "ws")}/ws/v1?api_key=${served.apiKey}`;
    const socket = await connectWs(url);
    const closed = once(socket, "close") as Promise<[number]>;
    const { code, ms } = await endServe(served, "SIGINT");
    expect((await closed)[0]).toBe(1012);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5000);
  });
});
