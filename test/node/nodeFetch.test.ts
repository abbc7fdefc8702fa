// nodeFetch against the built-in fetch, with the failures that only a raw socket can cause. The shared suite of the client
// runs over it here; runtimes.test.ts, faultyProxy.test.ts and leaks.test.ts use it as well.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { inspect } from "node:util";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { NodeResponse as StandIn } from "srvx/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import { nodeFetch } from "../../src/node/index.ts";
import { OrderOutcomeUnknownError } from "../../src/transport/index.ts";

const builtIn = globalThis.fetch;
const SECRET = "ak_live_c0nfidential";
const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

let server: Server;
let url = "";
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let sockets: Socket[];
let requests: number;

// Each test has a server of its own, so that no connection is left from another one.
beforeEach(async () => {
  sockets = [];
  requests = 0;
  server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    requests++;
    answer(request, response);
  });
  server.on("connection", (socket) => sockets.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

/** The error with which the work rejects. */
function failure(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as Error,
  );
}

/** Resolves when a connection is closed, by either side and in any way. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}

describe("over nodeFetch", async () => {
  beforeAll(() => {
    vi.stubGlobal("fetch", nodeFetch);
  });
  afterAll(() => {
    vi.unstubAllGlobals();
  });

  // Its tests are registered here.
  await import("../shared/client/everywhere.test.ts");
});

describe("a request", () => {
  const echo = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Uint8Array[] = [];
    request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url: path, headers } = request;
      response.end(JSON.stringify({ method, path, headers, body: Buffer.concat(chunks).toString("latin1") }));
    });
  };

  test.each<[string, string, RequestInit]>([
    ["GET", "/a/b?c=d%20e&f=%C3%A9", {}],
    ["GET that bypasses caches", "/", { cache: "no-store" }],
    ["GET with headers", "/", { headers: { "X-API-Key": SECRET, Accept: "application/json" } }],
    ["GET with a list of headers", "/", { headers: [["X-One", "1"]] }],
    ["GET with a Headers object", "/", { headers: new Headers({ "x-one": "1", "X-Two": "2" }) }],
    ["POST of text", "/", { method: "POST", body: "60 € ≠ 0", headers: { "Content-Type": "application/json" } }],
    ["POST of text without a type", "/", { method: "POST", body: "x" }],
    ["POST of bytes", "/", { method: "POST", body: Uint8Array.of(0, 255, 128) }],
    ["POST of a form", "/", { method: "POST", body: new URLSearchParams({ a: "1 2" }) }],
    ["POST without a body", "/", { method: "POST" }],
    ["DELETE", "/", { method: "DELETE" }],
  ])("%s is sent as by the built-in fetch", async (_name, path, init) => {
    answer = echo;
    const received = async (fetch: typeof nodeFetch): Promise<object> => {
      const echoed = (await (await fetch(url + path, init)).json()) as { headers: Record<string, string> };
      for (const name of ["accept-encoding", "accept-language", "sec-fetch-mode"])
        Reflect.deleteProperty(echoed.headers, name);
      return echoed;
    };
    expect(await received(nodeFetch)).toEqual(await received(builtIn));
  });

  test.each([
    ["http://user:password@127.0.0.1/", "must not contain credentials"],
    ["http://password:x@:y", "Invalid URL"],
    ["ftp://password.example/", "Unsupported protocol"],
  ])("to %s is rejected without repeating the URL", async (target, message) => {
    const error = await failure(nodeFetch(target));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(message);
    expect(inspect(error, { showHidden: true, depth: 5 }).split("\n")[0]).not.toContain("password");
  });
});

describe("a response", () => {
  const text = JSON.stringify({ text: "€".repeat(200), more: "x".repeat(300_000) });
  const send =
    (status: number, headers: Record<string, string | number>, body?: string | Uint8Array) =>
    (_request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(status, headers).end(body);
    };
  const answers = {
    "with a length": send(200, { "content-length": Buffer.byteLength(text), "x-a": "1" }, text),
    "in chunks": send(201, { "set-cookie": "a=1" }, text),
    "that is empty": send(200, { "content-length": 0 }),
    "of an error": send(404, { "content-type": "application/json" }, '{"error":{}}'),
    "compressed with gzip": send(200, { "content-encoding": "gzip" }, gzipSync(text)),
    "compressed with Brotli": send(200, { "content-encoding": "br" }, brotliCompressSync(text)),
    "that begins with a byte-order mark": send(200, {}, "\uFEFF{}"),
    "that redirects": send(302, { location: "/elsewhere" }, "moved"),
    "without a body": send(204, {}),
    "that was not modified": send(304, { etag: '"x"' }),
  };
  const readers: Record<string, (response: Response) => Promise<unknown>> = {
    text: (response) => response.text(),
    json: (response) => response.json().catch(() => "no JSON"),
    arrayBuffer: (response) => response.arrayBuffer(),
    blob: async (response) => (await response.blob()).size,
    "a clone": (response) => response.clone().text(),
    body: async (response) => {
      const decoder = new TextDecoder();
      let read = "";
      for await (const chunk of response.body ?? []) read += decoder.decode(chunk, { stream: true });
      return read;
    },
  };

  test.each(Object.keys(answers))("%s is read as by the built-in fetch, in every way", async (name) => {
    answer = answers[name as keyof typeof answers];
    for (const [way, read] of Object.entries(readers)) {
      const both = [];
      for (const fetch of [nodeFetch, builtIn]) {
        const response = await fetch(url, { redirect: "manual" });
        const { status, statusText, ok, redirected } = response;
        const headers = Object.fromEntries(response.headers);
        delete headers["date"];
        both.push({
          status,
          statusText,
          ok,
          redirected,
          url: response.url.replace(/\/$/, ""),
          headers,
          read: await read(response),
        });
      }
      expect(both[0], way).toEqual(both[1]);
    }
  });

  test("is read where another class stands in for the standard one, as in the served exchange", async () => {
    answer = send(201, { "x-a": "1" }, "x");
    vi.stubGlobal("Response", StandIn);
    try {
      const cancelled = await nodeFetch(url);
      await cancelled.body?.cancel();
      expect([cancelled.ok, cancelled.status]).toEqual([true, 201]);
      const read = await nodeFetch(url);
      expect([read.headers.get("x-a"), await read.text()]).toEqual(["1", "x"]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("is a Response, whose body can be read once", async () => {
    answer = send(200, {}, "x");
    const response = await nodeFetch(url);
    expect(response).toBeInstanceOf(Response);
    expect(await response.text()).toBe("x");
    await expect(response.text()).rejects.toThrow(TypeError);
    const locked = await nodeFetch(url);
    locked.body?.getReader();
    await expect(locked.text()).rejects.toThrow(TypeError);
  });

  test.each(["gzip", "br"])("that grows beyond the client's limit is not read to its end: %s", async (coding) => {
    const large = Buffer.alloc(200_000_000);
    const body = coding === "gzip" ? gzipSync(large, { level: 1 }) : brotliCompressSync(large.subarray(0, 50_000_000));
    answer = send(200, { "content-encoding": coding, "content-length": body.length }, body);
    const client = new AgentExchangeClient({
      baseUrl: url,
      fetch: nodeFetch,
      maxResponseBytes: 1_000_000,
      retry: false,
    });
    const before = process.memoryUsage().arrayBuffers;
    expect(await failure(client.getPrice("BTCUSDT"))).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    await client.close();
  });

  test("without an end is stopped at the client's limit, and its connection is closed", async () => {
    const chunk = Buffer.alloc(50_000, 32);
    const closed = new Promise<number>((resolve) => {
      answer = (_request, response) => {
        let sent = 0;
        const more = (): void => {
          while (!response.destroyed && response.write(chunk)) sent += chunk.length;
          sent += chunk.length;
        };
        response.on("drain", more);
        response.on("close", () => resolve(sent));
        more();
      };
    });
    const client = new AgentExchangeClient({ baseUrl: url, fetch: nodeFetch, maxResponseBytes: 100_000, retry: false });
    expect(await failure(client.getPrice("BTCUSDT"))).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    expect(await closed).toBeLessThan(20_000_000);
    await client.close();
  });

  test.each([
    ["a status that does not exist", "HTTP/1.1 999 Odd\r\ncontent-length: 1\r\n\r\nx"],
    ["something else than HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
    [
      "an unwanted change of the protocol",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    ],
    ["headers beyond all bounds", `HTTP/1.1 200 OK\r\nx-large: ${"x".repeat(100_000)}\r\n\r\n`],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"],
    ["nothing", ""],
  ])("with %s is a failure", async (_name, raw) => {
    answer = ({ socket }) => socket.end(raw);
    const error = await failure(nodeFetch(url, { headers: { "X-API-Key": SECRET } }));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toBe("fetch failed");
    expect(error.cause).toBeInstanceOf(Error);
    expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain(SECRET);
  });

  test.each([
    ["with a length", { "content-length": 100 }],
    ["in chunks", {}],
    ["compressed", { "content-encoding": "gzip" }],
  ])("%s that breaks off is a failure, however it is read", async (_name, headers) => {
    answer = ({ socket }, response) => {
      response.writeHead(200, headers).write(gzipSync("x".repeat(1000)).subarray(0, 15), () => socket.destroy());
    };
    for (const read of [readers["text"], readers["body"], readers["arrayBuffer"]]) {
      const error = await failure(nodeFetch(url).then((response) => read?.(response)));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.cause).toBeInstanceOf(Error);
    }
    // A failure of a body that nobody reads harms nobody.
    const unread = await nodeFetch(url);
    await Promise.all(sockets.map(closing));
    expect(unread.status).toBe(200);
  });
});

describe("an abort", () => {
  const reason = { why: "enough" };

  test("before the request: nothing is sent", async () => {
    answer = (_request, response) => response.end();
    expect(await failure(nodeFetch(url, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(sockets).toHaveLength(0);
  });

  test("before the headers rejects with the caller's own reason and closes the connection", async () => {
    const caller = new AbortController();
    answer = () => caller.abort(reason);
    expect(await failure(nodeFetch(url, { signal: caller.signal }))).toBe(reason);
    await Promise.all(sockets.map(closing));
  });

  test.each([
    ["a body", {}, "x"],
    ["a compressed body", { "content-encoding": "gzip" }, gzipSync("x").subarray(0, 12)],
  ])("in %s does the same, however it is read", async (_name, headers, start) => {
    for (const way of ["text", "arrayBuffer"] as const) {
      const caller = new AbortController();
      answer = (_request, response) => response.writeHead(200, headers).write(start);
      const response = await nodeFetch(url, { signal: caller.signal });
      const work = failure(response[way]());
      caller.abort(reason);
      expect(await work).toBe(reason);
    }
    await Promise.all(sockets.map(closing));
  });

  test("leaves no listener on a signal, whatever the outcome", async () => {
    const signal = new AbortController().signal;
    const listeners = new Set<unknown>();
    const counted = Object.create(signal, {
      addEventListener: { value: (_type: string, listener: unknown) => listeners.add(listener) },
      removeEventListener: { value: (_type: string, listener: unknown) => listeners.delete(listener) },
      aborted: { value: false },
      throwIfAborted: { value: () => {} },
    }) as AbortSignal;
    answer = (_request, response) => response.end("x");
    expect(await (await nodeFetch(url, { signal: counted })).text()).toBe("x");
    answer = ({ socket }) => socket.destroy();
    await failure(nodeFetch(url, { signal: counted }));
    expect(listeners.size).toBe(0);
  });
});

describe("connections", () => {
  test("are reused, one for each request at a time", async () => {
    answer = (_request, response) => response.end("x");
    for (let index = 0; index < 10; index++) await (await nodeFetch(url)).text();
    expect(sockets).toHaveLength(1);
    await Promise.all(Array.from({ length: 20 }, async () => (await nodeFetch(url)).text()));
    expect(sockets).toHaveLength(20);
    expect(requests).toBe(30);
  });

  test("that are idle are closed before servers close theirs", async () => {
    answer = (_request, response) => response.end("x");
    await (await nodeFetch(url)).text();
    const start = performance.now();
    await Promise.all(sockets.map(closing));
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test.each(["GET", "POST"])("that break when they are reused: a %s is not sent again", async (method) => {
    const answered = new Set<Socket>();
    answer = ({ socket }, response) => {
      if (answered.has(socket)) socket.resetAndDestroy();
      else response.end("x");
      answered.add(socket);
    };
    await (await nodeFetch(url)).text();
    const error = await failure(nodeFetch(url, { method, body: method === "GET" ? null : "{}" }));
    expect(error).toMatchObject({ name: "TypeError", cause: { code: "ECONNRESET" } });
    expect([requests, sockets.length]).toEqual([2, 1]);
  });

  test("the same with an order of a client, whose outcome is then unknown", async () => {
    const client = new AgentExchangeClient({ baseUrl: url, apiKey: SECRET, fetch: nodeFetch });
    answer = (_request, response) => response.end("x");
    await (await nodeFetch(url)).text();
    answer = ({ socket }) => socket.resetAndDestroy();
    const error = await failure(client.placeMarketOrder(order));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain(SECRET);
    expect(requests).toBe(2);
    await client.close();
  });

  test("that cannot be opened: the cause has the system's code", async () => {
    expect(await failure(nodeFetch("http://127.0.0.1:9"))).toMatchObject({
      name: "TypeError",
      cause: { code: "ECONNREFUSED", syscall: "connect" },
    });
    // TLS is loaded with the first such request.
    answer = () => {};
    expect(await failure(nodeFetch(url.replace("http", "https")))).toBeInstanceOf(TypeError);
  });
});
