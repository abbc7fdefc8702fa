// How a served exchange treats unknown pages, hosts and clients, and the limits of one client.
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { WebSocket as WsSocket } from "ws";
import { createAdmission, LOCAL_ORIGINS } from "../../src/cli/serve/admission.ts";
import { BOUNDS } from "../../src/cli/serve/bounds.ts";
import { listen, type Listening, type ListenOptions } from "../../src/cli/serve/listen.ts";
import { createStreams, type Streams, type StreamsOptions } from "../../src/cli/serve/streams.ts";
import { createExchange, type Exchange } from "../../src/exchange/index.ts";
import { fromSources, killServers, startServe, type Served } from "../support/serveProcess.ts";

const open: { readonly server: Listening; readonly streams: Streams }[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  await killServers();
  vi.useRealTimers();
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const { server, streams } of open.splice(0)) await Promise.all([server.close(), streams.close()]);
});

async function begin(
  options: ListenOptions & StreamsOptions = {},
): Promise<{ readonly port: number; readonly exchange: Exchange; readonly stream: string }> {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  const streams = createStreams(exchange, options);
  const server = await listen((request) => exchange.fetch(request), "127.0.0.1", 0, streams.upgrade, options);
  open.push({ server, streams });
  return { port: server.port, exchange, stream: `ws://127.0.0.1:${server.port}/ws/v1?api_key=${apiKey}` };
}

interface Raw {
  readonly status: number;
  readonly text: string;
  readonly type: string | undefined;
}

/** A request with any `Host`, which `fetch` does not allow. */
function ask(port: number, headers: Readonly<Record<string, string | string[]>>, path = "/health"): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: "127.0.0.1", port, path, headers, setHost: false }, (response) => {
      let text = "";
      response.on("data", (data: Buffer) => (text += data.toString()));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, text, type: response.headers["content-type"] }),
      );
    });
    sent.once("error", reject).end();
  });
}

async function line(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** What a server sends in reply to these bytes until it closes. */
async function readReply(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (data: Buffer) => (text += data.toString()));
  await new Promise((resolve) => void socket.once("close", resolve));
  return text;
}

const start = (...args: readonly string[]): Promise<Served> => startServe(fromSources, "--port", "0", ...args);

test("Host must be a name of this machine, with any port, or an allowed one", async () => {
  const { port } = await start("--allow-host", "App.example");
  for (const host of [
    `localhost:${port}`,
    "localhost",
    "LOCALHOST:1",
    "localhost.",
    `localhost.:${port}`,
    `127.0.0.1:${port}`,
    `[::1]:${port}`,
    "[0:0:0:0:0:0:0:1]",
    "app.example",
    "APP.example.:443",
  ])
    expect([host, (await ask(port, { host })).status]).toEqual([host, 200]);
  for (const host of [
    "evil.example",
    `evil.example:${port}`,
    "localhost.evil.example",
    "evil-localhost",
    "10.0.0.1",
    "[::2]",
    "sub.app.example",
    "xn--pple-43d.example",
  ]) {
    const { status, text, type } = await ask(port, { host });
    expect([host, status, type]).toEqual([host, 421, "text/plain; charset=utf-8"]);
    expect(text).toMatch(
      /^This server does not accept requests for the host \S+ Use localhost, or .*--allow-host \S+\.\n$/,
    );
  }
  for (const host of ["localhost@evil.example", "localhost/", "local host", "[::1", "localhost:x", "", "läuft.example"])
    expect([host, (await ask(port, { host: Buffer.from(host).toString("latin1") })).status]).toEqual([host, 400]);
  // With or without a key, a foreign page can neither read nor change anything.
  const twice = await line(port);
  twice.write("GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n");
  expect(await readReply(twice)).toMatch(/^HTTP\/1\.1 400 /);
  const absolute = await line(port);
  absolute.write("GET http://evil.example/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  expect(await readReply(absolute)).toMatch(/^HTTP\/1\.1 400 /);
});

test("a server on all addresses accepts the address that received the request as Host", async () => {
  const served = await start("--host", "0.0.0.0");
  for (const [host, status] of [
    [`127.0.0.1:${served.port}`, 200],
    [`0.0.0.0:${served.port}`, 200],
    ["10.11.12.13", 421],
    ["evil.example", 421],
  ] as const)
    expect([host, (await ask(served.port, { host })).status]).toEqual([host, status]);
});

test("pages on this machine may read responses, others may not, and none may send the browser's credentials", async () => {
  const { url } = await start("--allow-origin", "https://app.example");
  for (const [origin, allowed] of [
    ["http://localhost:5173", true],
    ["http://127.0.0.1", true],
    ["https://[::1]:8443", true],
    ["https://app.example", true],
    ["https://app.example:444", false],
    ["http://evil.example", false],
    ["http://localhost.evil.example", false],
    ["null", false],
  ] as const) {
    const { headers } = await fetch(`${url}/api/v1/account/balance`, { headers: { origin } });
    expect([origin, headers.get("access-control-allow-origin")]).toEqual([origin, allowed ? origin : null]);
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    const ahead = { origin, "access-control-request-method": "POST" };
    const preflight = await fetch(`${url}/api/v1/trade/order`, { method: "OPTIONS", headers: ahead });
    expect([origin, preflight.status]).toEqual([origin, allowed ? 200 : 400]);
  }
});

test("a page that is not listed cannot register accounts with a request that needs no preflight", async () => {
  const { url } = await start("--allow-origin", "https://app.example");
  const register = async (origin: string | undefined): Promise<number> => {
    const headers = { "content-type": "text/plain", ...(origin === undefined ? {} : { origin }) };
    const response = await fetch(`${url}/api/v1/auth/login`, { method: "POST", headers, body: "{}" });
    return response.status;
  };
  for (const origin of ["https://evil.example", "null", "http://localhost.evil.example"])
    expect([origin, await register(origin)]).toEqual([origin, 403]);
  // Admitted, and then rejected because of its body.
  for (const origin of [undefined, "https://app.example", "http://localhost:5173", url])
    expect([origin, await register(origin)]).toEqual([origin, 422]);
});

test('observed has the platform\'s own list of pages, --allow-origin "*" all', async () => {
  const allowed = async (origin: string, ...args: readonly string[]): Promise<string | null> => {
    const { url } = await start(...args);
    return (await fetch(`${url}/api/v1/market/prices`, { headers: { origin } })).headers.get(
      "access-control-allow-origin",
    );
  };
  expect(await allowed("http://localhost:3000", "--fidelity", "observed")).toBe("http://localhost:3000");
  expect(await allowed("http://localhost:5173", "--fidelity", "observed")).toBeNull();
  expect(await allowed("https://anywhere.example", "--allow-origin", "*")).toBe("https://anywhere.example");
});

test("streams check Host and Origin, too", async () => {
  const { stream } = await begin({ admission: createAdmission([], LOCAL_ORIGINS) });
  const statusOf = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const socket = new WsSocket(stream, { headers });
    socket.on("error", () => {});
    const status = await new Promise<number>((resolve) => {
      socket.once("open", () => resolve(101));
      socket.once("unexpected-response", (_, { statusCode }) => resolve(statusCode ?? 0));
    });
    socket.terminate();
    return status;
  };
  expect(await statusOf({})).toBe(101);
  expect(await statusOf({ origin: "http://localhost:5173" })).toBe(101);
  expect(await statusOf({ origin: "http://evil.example" })).toBe(403);
  expect(await statusOf({ origin: "null" })).toBe(403);
  expect(await statusOf({ host: "evil.example" })).toBe(421);
});

test("logins are limited by the socket's address; X-Forwarded-For counts behind a trusted proxy only", async () => {
  const statuses = async (url: string): Promise<readonly number[]> => {
    const all: number[] = [];
    for (let at = 0; at < 7; at++) {
      const headers = { "content-type": "application/json", "x-forwarded-for": `8.8.8.${at}` };
      const init = { method: "POST", headers, body: '{"api_key":"ak_live_x","api_secret":"sk_live_x"}' };
      all.push((await fetch(`${url}/api/v1/auth/login`, init)).status);
    }
    return all;
  };
  const { url } = await start();
  expect((await statuses(url)).slice(5)).toEqual([429, 429]);
  expect(await statuses((await start("--trust-proxy")).url)).not.toContain(429);
});

test("a request's head, URL and body are bounded", async () => {
  const { port } = await begin({ admission: createAdmission([], []) });
  const long = await ask(port, { host: "localhost" }, `/health?x=${"y".repeat(BOUNDS.urlBytes)}`);
  expect([long.status, long.type]).toEqual([414, "text/plain; charset=utf-8"]);
  expect((await ask(port, { host: "localhost", x: "y".repeat(BOUNDS.headerBytes) })).status).toBe(431);
  expect((await ask(port, { host: "localhost" })).status).toBe(200);
});

test("incomplete requests time out: missing headers, trickling bodies", { timeout: 60_000 }, async () => {
  const { port } = await begin();
  const began = performance.now();
  const silent = await line(port);
  const half = await line(port);
  half.write("GET /health HTTP/1.1\r\nHost: localhost\r\nX-");
  const drip = setInterval(() => half.write("a"), 500);
  const slow = await line(port);
  slow.write("POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");
  const trickle = setInterval(() => slow.write(" "), 500);
  expect(await readReply(half)).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  expect(performance.now() - began).toBeLessThan(BOUNDS.headersMs + 5000);
  expect(await readReply(silent)).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  expect(performance.now() - began).toBeLessThan(BOUNDS.headersMs + 8000);
  expect(await readReply(slow)).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
  expect(performance.now() - began).toBeLessThan(BOUNDS.requestMs + 5000);
  clearInterval(drip);
  clearInterval(trickle);
});

test("connections per address are limited, and slots are freed when some close", async () => {
  const { port } = await begin();
  const held = await Promise.all(Array.from({ length: BOUNDS.connectionsPerAddress }, () => line(port)));
  const one = await line(port);
  await readReply(one);
  for (const socket of held.slice(0, 2)) {
    const closed = once(socket, "close");
    socket.end();
    await closed;
  }
  await vi.waitFor(async () => expect((await ask(port, { host: "localhost" })).status).toBe(200));
});

test("pipelined requests of one connection are limited", async () => {
  const { port } = await begin();
  const polite = await line(port);
  const request = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
  polite.write(request.repeat(10));
  let answers = "";
  polite.on("data", (data: Buffer) => (answers += data.toString()));
  await vi.waitFor(() => expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(10));
  const rude = await line(port);
  rude.write(request.repeat(5000));
  await readReply(rude);
  expect((await ask(port, { host: "localhost" })).status).toBe(200);
});

test("a broken connection discards its pipelined requests", async () => {
  let carriedOut = 0;
  let answer = (): void => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  const server = await listen(
    async () => {
      carriedOut++;
      await held;
      return new Response();
    },
    "127.0.0.1",
    0,
    (_request, socket) => void socket.destroy(),
  );
  const rude = await line(server.port);
  rude.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1000));
  await readReply(rude);
  expect(carriedOut).toBeLessThanOrEqual(BOUNDS.requestsPerConnection);
  const began = performance.now();
  await server.close();
  // Otherwise it would wait for responses that can no longer arrive.
  expect(performance.now() - began).toBeLessThan(900);
  answer();
});

test("responses that Node itself generates have the exchange's time, too", async () => {
  const hour = Date.UTC(2030, 0, 1);
  const { port } = await begin({ admission: createAdmission([], []), now: () => hour });
  const dates: (string | undefined)[] = [];
  for (const head of ["GET /health HTTP/1.1", "GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: wonders"]) {
    const socket = await line(port);
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
    dates.push(/^date: (.*)\r$/im.exec(await readReply(socket))?.[1]);
  }
  expect(dates).toEqual([new Date(hour).toUTCString(), new Date(hour).toUTCString()]);
});

test("streams per key and address, their frames and unread data are limited", async () => {
  const { stream, exchange } = await begin();
  const connected = async (url: string): Promise<WsSocket> => {
    const socket = new WsSocket(url);
    socket.on("error", () => {});
    await once(socket, "open");
    return socket;
  };
  const refused = async (url: string): Promise<number | undefined> => {
    const socket = new WsSocket(url);
    socket.on("error", () => {});
    const [, response] = (await once(socket, "unexpected-response")) as [unknown, { readonly statusCode: number }];
    return response.statusCode;
  };
  const all: WsSocket[] = [];
  for (let at = 0; at < BOUNDS.streamsPerKey; at++) all.push(await connected(stream));
  expect(await refused(stream)).toBe(429);
  while (all.length < BOUNDS.streamsPerAddress) {
    const { apiKey } = await exchange.register();
    const url = stream.replace(/api_key=.*/, `api_key=${apiKey}`);
    for (let at = 0; at < BOUNDS.streamsPerKey && all.length < BOUNDS.streamsPerAddress; at++)
      all.push(await connected(url));
  }
  const { apiKey } = await exchange.register();
  const other = stream.replace(/api_key=.*/, `api_key=${apiKey}`);
  expect(await refused(other)).toBe(429);
  const gone = once(all[0] as WsSocket, "close");
  all[0]?.close();
  await gone;
  await vi.waitFor(async () => void all.push(await connected(other)));

  const [large, flood, pinging] = all.slice(-3) as [WsSocket, WsSocket, WsSocket];
  const codes = [large, flood, pinging].map((socket) => once(socket, "close").then(([code]) => code as number));
  large.send(" ".repeat(BOUNDS.frameBytes + 1));
  for (let at = 0; at < BOUNDS.frameBurst * 2; at++) flood.send("{}");
  for (let at = 0; at < BOUNDS.frameBurst * 2; at++) pinging.ping();
  expect(await Promise.all(codes)).toEqual([1009, 1008, expect.toBeOneOf([1008, 1006])]);
  for (const socket of all) socket.terminate();
});
