import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { NodeResponse, toNodeHandler } from "srvx/node";
import { systemCode } from "../io.ts";
import type { Admission } from "./admission.ts";
import { BOUNDS } from "./bounds.ts";
import { createConnectionBounds } from "./connections.ts";
import { lastResult } from "./lastResult.ts";
import { report } from "./report.ts";

/** An HTTP server on one port, at one address or several. */
export interface Listening {
  readonly port: number;
  /** Stops accepting connections, waits briefly for pending responses, and closes the remaining connections. */
  close(): Promise<void>;
}

// Node's own responses are streams, the most expensive part of a small response.
Object.assign(globalThis, { Response: NodeResponse });

export type FetchHandler = (request: Request) => Promise<Response>;

const LAST_ANSWERS_MS = 1000;
const CHECK_EVERY_MS = 1000;
const PORT_ATTEMPTS = 5;

/** Takes over a connection that asks to become a WebSocket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Options of {@link listen}. */
export interface ListenOptions {
  /** The time for `Date` headers. Default: the system time. */
  readonly now?: () => number;
  /** Checks each request first. Default: accepts all. */
  readonly admission?: Admission;
  /** Whether all connections come from one proxy. */
  readonly behindProxy?: boolean;
  /** Latency of the responses in milliseconds. */
  readonly latency?: number;
}

/** Serves a handler over HTTP/1.1. `localhost` means both loopback addresses, since clients may try either first. */
export async function listen(
  handler: FetchHandler,
  host: string,
  port: number,
  upgrade: UpgradeHandler,
  { now = Date.now, admission = () => undefined, behindProxy = false, latency = 0 }: ListenOptions = {},
): Promise<Listening> {
  // Its declared parameter types cover HTTP/1.1 and HTTP/2.
  const handle = toNodeHandler(withErrorResponses(handler, now), {
    maxRequestBodySize: BOUNDS.bodyBytes,
  }) as RequestListener;
  const options = {
    keepAliveTimeout: BOUNDS.keepAliveMs,
    maxHeaderSize: BOUNDS.headerBytes,
    headersTimeout: BOUNDS.headersMs,
    requestTimeout: BOUNDS.requestMs,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    shouldUpgradeCallback: asksForWebSocket,
    // Node's own response would have the system time. The admission rejects such requests as well.
    requireHostHeader: false,
  };
  const bound = createConnectionBounds(behindProxy);
  const open = (): Server => {
    const admit = withAdmission(handle, admission, now);
    // Unknown expectations are ignored, as HTTP allows.
    const server = createServer(options, admit).on("upgrade", upgrade).on("checkExpectation", admit);
    server.setTimeout(BOUNDS.silenceMs + latency);
    bound(server);
    return server;
  };
  if (host !== "localhost") return listening([await listenAt(open(), host, port)]);
  for (let attempt = 1; ; attempt++) {
    const first = await listenAt(open(), "127.0.0.1", port);
    try {
      return listening([first, await listenAt(open(), "::1", portOf(first))]);
    } catch (error) {
      if (lacksAddress(error)) return listening([first]);
      await closeServer(first);
      // A port that is free on one address may be used on the other.
      if (port !== 0 || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Other protocols that clients offer, such as curl's h2c, are ignored, and the request is answered over HTTP. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Rejects requests that are not admitted. All responses have the exchange's time instead of Node's `Date` header. */
function withAdmission(handle: RequestListener, admission: Admission, now: () => number): RequestListener {
  return (request, response) => {
    // Pipelined after a request that ended the connection.
    if (request.socket.destroyed) return;
    response.sendDate = false;
    const rejection = admission(request);
    if (rejection === undefined) return handle(request, response);
    response.writeHead(rejection.status, { ...REJECTED, date: dateOf(now()) });
    return void response.end(`${rejection.text}\n`);
  };
}

const REJECTED = {
  "content-type": "text/plain; charset=utf-8",
  "x-content-type-options": "nosniff",
  connection: "close",
} as const;

/** Wraps a handler so that it always returns a response. Unexpected errors are reported. */
function withErrorResponses(handler: FetchHandler, now: () => number): FetchHandler {
  /** A response that closes the connection. */
  const closingResponse = (status: number, body: object): Response =>
    Response.json(body, { status, headers: { connection: "close", date: dateOf(now()) } });
  return async (request) => {
    try {
      const response = await handler(request);
      response.headers.set("date", dateOf(now()));
      return response;
    } catch (error) {
      if (systemCode(error) === "ERR_BODY_TOO_LARGE") return closingResponse(413, { detail: "Request body too large" });
      // The client is gone.
      if (request.signal.aborted) return closingResponse(503, {});
      report(error, `${request.method} ${new URL(request.url).pathname}`);
      return closingResponse(500, { error: { code: "INTERNAL_ERROR", message: "An unexpected error occurred." } });
    }
  };
}

const textOfSecond = lastResult((second: number) => new Date(second * 1000).toUTCString());

function dateOf(time: number): string {
  return textOfSecond(Math.floor(time / 1000));
}

function listenAt(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server);
    });
  });
}

function listening(servers: readonly [Server, ...Server[]]): Listening {
  // Counted by connection: if one breaks, Node does not report its queued responses.
  const pendingResponses = new Map<Socket, number>();
  let allAnswered = (): void => {};
  const settle = (socket: Socket, remaining: number): void => {
    if (remaining > 0) pendingResponses.set(socket, remaining);
    else pendingResponses.delete(socket);
    if (pendingResponses.size === 0) allAnswered();
  };
  for (const server of servers) {
    server.prependListener("connection", (socket: Socket) => socket.once("close", () => settle(socket, 0)));
    server.prependListener("request", ({ socket }, response) => {
      if (socket.destroyed) return;
      settle(socket, (pendingResponses.get(socket) ?? 0) + 1);
      response.once("close", () => settle(socket, (pendingResponses.get(socket) ?? 1) - 1));
    });
  }
  return {
    port: portOf(servers[0]),
    async close() {
      const ends = servers.map(closeServer);
      await new Promise<void>((resolve) => {
        allAnswered = resolve;
        setTimeout(resolve, LAST_ANSWERS_MS).unref();
        if (pendingResponses.size === 0) resolve();
      });
      for (const server of servers) server.closeAllConnections();
      await Promise.all(ends);
    },
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Machines without IPv6 have no ::1. */
function lacksAddress(error: unknown): boolean {
  return ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(systemCode(error) ?? "");
}
