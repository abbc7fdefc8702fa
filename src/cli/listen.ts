import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { NodeResponse, toNodeHandler } from "srvx/node";
import type { Admission } from "./admission.ts";
import { BOUNDS } from "./bounds.ts";
import { createConnectionBounds } from "./connections.ts";
import { report } from "./report.ts";

/** An HTTP server on one port, at one address or several. */
export interface Listening {
  readonly port: number;
  /** Ends it: takes no more connections, lets answers under way go out for a moment, closes what is left. */
  close(): Promise<void>;
}

// Node's own responses are streams, which cost more than everything else about a small answer.
Object.assign(globalThis, { Response: NodeResponse });

export type FetchHandler = (request: Request) => Promise<Response>;

const LAST_ANSWERS_MS = 1000;
const CHECK_EVERY_MS = 1000;
const PORT_ATTEMPTS = 5;

/** Takes over a connection that asks to become a WebSocket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** How a handler is served. */
export interface ListenOptions {
  /** The time of answers; default the computer's. */
  readonly now?: () => number;
  /** Looks at each request first; default lets all in. */
  readonly admission?: Admission;
  /** Whether all connections come from one proxy. */
  readonly behindProxy?: boolean;
  /** Milliseconds that answers take by themselves. */
  readonly latency?: number;
}

/** Serves a handler over HTTP/1.1; `localhost` is both loopback addresses, as clients try either one first. */
export async function listen(
  handler: FetchHandler,
  host: string,
  port: number,
  upgrade: UpgradeHandler,
  { now = Date.now, admission = () => undefined, behindProxy = false, latency = 0 }: ListenOptions = {},
): Promise<Listening> {
  // Its declared parameters are those of HTTP/1.1 and HTTP/2 at once.
  const handle = toNodeHandler(guarded(handler, now), { maxRequestBodySize: BOUNDS.bodyBytes }) as RequestListener;
  const options = {
    keepAliveTimeout: BOUNDS.keepAliveMs,
    maxHeaderSize: BOUNDS.headerBytes,
    headersTimeout: BOUNDS.headersMs,
    requestTimeout: BOUNDS.requestMs,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    shouldUpgradeCallback: asksForWebSocket,
    // Node would answer with the computer's time; the admission refuses such requests, too.
    requireHostHeader: false,
  };
  const bound = createConnectionBounds(behindProxy);
  const open = (): Server => {
    const admit = admitted(handle, admission, now);
    // An expectation that nobody knows is passed over, as HTTP allows.
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
      await closed(first);
      // A free port of one address may be taken at the other.
      if (port !== 0 || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

/** Any other protocol that a client offers (curl's h2c) is passed over: its request is answered over HTTP. */
function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Answers what is not let in. All answers come with the exchange's time: Node's own header would be the computer's. */
function admitted(handle: RequestListener, admission: Admission, now: () => number): RequestListener {
  return (request, response) => {
    // What came in one piece with a request that ended the connection.
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

/** A handler that always has an answer; what it fails with otherwise is told to whoever runs the server. */
function guarded(handler: FetchHandler, now: () => number): FetchHandler {
  /** An answer after which the connection is of no more use. */
  const lastWord = (status: number, body: object): Response =>
    Response.json(body, { status, headers: { connection: "close", date: dateOf(now()) } });
  return async (request) => {
    try {
      const response = await handler(request);
      response.headers.set("date", dateOf(now()));
      return response;
    } catch (error) {
      if (codeOf(error) === "ERR_BODY_TOO_LARGE") return lastWord(413, { detail: "Request body too large" });
      // Nobody listens any more.
      if (request.signal.aborted) return lastWord(503, {});
      report(error, `${request.method} ${new URL(request.url).pathname}`);
      return lastWord(500, { error: { code: "INTERNAL_ERROR", message: "An unexpected error occurred." } });
    }
  };
}

function dateOf(time: number): string {
  return new Date(time).toUTCString();
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
  // By connection: when one breaks, Node says nothing of answers that waited behind others.
  const underWay = new Map<Socket, number>();
  let allAnswered = (): void => {};
  const settle = (socket: Socket, left: number): void => {
    if (left > 0) underWay.set(socket, left);
    else underWay.delete(socket);
    if (underWay.size === 0) allAnswered();
  };
  for (const server of servers) {
    server.prependListener("connection", (socket: Socket) => socket.once("close", () => settle(socket, 0)));
    server.prependListener("request", ({ socket }, response) => {
      if (socket.destroyed) return;
      settle(socket, (underWay.get(socket) ?? 0) + 1);
      response.once("close", () => settle(socket, (underWay.get(socket) ?? 1) - 1));
    });
  }
  return {
    port: portOf(servers[0]),
    async close() {
      const ends = servers.map(closed);
      await new Promise<void>((resolve) => {
        allAnswered = resolve;
        setTimeout(resolve, LAST_ANSWERS_MS).unref();
        if (underWay.size === 0) resolve();
      });
      for (const server of servers) server.closeAllConnections();
      await Promise.all(ends);
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Machines without IPv6 have no ::1. */
function lacksAddress(error: unknown): boolean {
  return ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(codeOf(error) ?? "");
}

/** The code of a system's error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
