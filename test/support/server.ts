// A real HTTP server on a loopback port for any `fetch`-like handler, with CORS and faults.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable, type Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fail, loseAnswer } from "./faults.ts";

export type Handler = (request: Request) => Response | Promise<Response>;

export interface ServeOptions {
  /** Answers pre-flights and adds CORS headers where the handler sent none. By default true. */
  readonly cors?: boolean;
  /** Takes over connections that become WebSockets. By default they are closed. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Such as that of a server that was closed. By default any that is free. */
  readonly port?: number;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Connections that are open now. */
  connections(): number;
  close(): Promise<void>;
}

function allowOrigin(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
  response.setHeader("access-control-expose-headers", "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset");
  response.setHeader("vary", "origin");
}

function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("access-control-allow-methods", "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT");
  response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "");
  response.writeHead(200, { "content-type": "text/plain" }).end("OK");
}

/** The request as a handler sees it; its signal aborts when the client disconnects. */
async function toRequest(url: URL, incoming: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  const method = incoming.method ?? "GET";
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks);
  return new Request(url, { method, headers, body, signal });
}

async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  if (response.body === null) outgoing.end();
  else await pipeline(Readable.from(response.body), outgoing);
}

async function answer(handler: Handler, url: URL, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const lost = url.pathname.startsWith(loseAnswer);
  if (lost) url.pathname = url.pathname.slice(loseAnswer.length);
  try {
    const response = await handler(await toRequest(url, incoming, gone.signal));
    if (lost) incoming.socket.resetAndDestroy();
    else await send(response, outgoing);
  } catch (error) {
    // A handler that throws is a bug of the test: report it to the client, if it is still connected.
    if (outgoing.headersSent || gone.signal.aborted) outgoing.destroy();
    else outgoing.writeHead(500, { "content-type": "text/plain" }).end(`The handler failed: ${String(error)}`);
  }
}

export async function serve(
  handler: Handler,
  { cors = true, upgrade, port: wanted = 0 }: ServeOptions = {},
): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "127.0.0.1"}`);
    if (cors) allowOrigin(incoming, outgoing);
    const preflight = incoming.method === "OPTIONS" && incoming.headers["access-control-request-method"] !== undefined;
    if (cors && preflight) answerPreflight(incoming, outgoing);
    else if (!fail(url.pathname, incoming, outgoing)) void answer(handler, url, incoming, outgoing);
  });
  if (upgrade !== undefined) server.on("upgrade", upgrade);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(wanted, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => sockets.size,
    async close() {
      const closed = [server, ...sockets].map((open) => new Promise((resolve) => open.once("close", resolve)));
      server.close();
      for (const socket of sockets) socket.destroy();
      await Promise.all(closed);
    },
  };
}
