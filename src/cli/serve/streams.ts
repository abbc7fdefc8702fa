import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { StoreError, type Exchange, type StreamPeer, type StreamSession } from "../../exchange/index.ts";
import { clientAddressOf } from "../../exchange/http/clientAddress.ts";
import type { Admission } from "./admission.ts";
import { BOUNDS } from "./bounds.ts";
import { createCounter } from "./connections.ts";
import type { UpgradeHandler } from "./listen.ts";

/** Serves the exchange's stream over network sockets. */
export interface Streams {
  readonly upgrade: UpgradeHandler;
  /** Closes all connections and waits briefly for their close frames. */
  close(): Promise<void>;
}

const PING_EVERY_MS = 20_000;
const LAST_FRAMES_MS = 1000;
const RESTARTING = 1012;
const POLICY_VIOLATION = 1008;
const MAX_FRAGMENTS = 64;

/** Options of {@link createStreams}. */
export interface StreamsOptions {
  /** Checks each request first. Default: accepts all. */
  readonly admission?: Admission;
  /** Whether to read client addresses from `X-Forwarded-For`. */
  readonly trustProxy?: boolean;
}

/** Serves an exchange's stream on the upgrades of an HTTP server. */
export function createStreams(
  exchange: Pick<Exchange, "connect">,
  { admission = () => undefined, trustProxy = false }: StreamsOptions = {},
): Streams {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: BOUNDS.frameBytes,
    maxFragments: MAX_FRAGMENTS,
    perMessageDeflate: true,
  });
  const connections = new Set<WebSocket>();
  const perKey = createCounter(BOUNDS.streamsPerKey);
  const perAddress = createCounter(BOUNDS.streamsPerAddress);
  let open = true;
  let onAllClosed = (): void => {};

  /** A failed store is temporary, so it must not look like a rejection. */
  function connect(target: string, peer: StreamPeer): StreamSession | "unavailable" | undefined {
    try {
      return exchange.connect(target, peer);
    } catch (error) {
      if (error instanceof StoreError) return "unavailable";
      throw error;
    }
  }

  return {
    upgrade(request, socket, head) {
      // A broken connection is handled as a close.
      socket.on("error", () => {});
      const rejection = admission(request);
      if (rejection !== undefined) return rejectUpgrade(socket, rejection.status, `${rejection.text}\n`);
      const key = keyOf(request.url ?? "/");
      const forwarded = trustProxy ? request.headersDistinct["x-forwarded-for"]?.join(",") : undefined;
      const address = clientAddressOf(request.socket.remoteAddress, forwarded);
      if (!perAddress.acquire(address)) return rejectUpgrade(socket, 429, `${TOO_MANY} address.\n`);
      if (!perKey.acquire(key)) {
        perAddress.release(address);
        return rejectUpgrade(socket, 429, `${TOO_MANY} key.\n`);
      }
      socket.once("close", () => {
        perAddress.release(address);
        perKey.release(key);
      });
      const pending: PendingConnection = { socket, connection: undefined };
      const session = open ? connect(request.url ?? "/", createPeer(pending)) : undefined;
      if (session === undefined) return rejectUpgrade(socket, 403, "");
      if (session === "unavailable") return rejectUpgrade(socket, 503, "");
      socket.once("close", () => session.closed());
      server.handleUpgrade(request, socket, head, (connection) => {
        pending.connection = connection;
        connections.add(connection);
        const isWithinLimit = createFrameLimiter();
        const admit = (): boolean => {
          if (isWithinLimit()) return true;
          closeFlooding(connection);
          return false;
        };
        connection.on("ping", admit);
        connection.on("message", (data, isBinary) => {
          if (connection.readyState !== OPEN || !admit()) return;
          if (isBinary) session.receiveBinary();
          else session.receive((data as Buffer).toString());
        });
        connection.on("error", () => {});
        const liveness = { answered: true };
        const pingTimer = setInterval(() => checkAlive(connection, liveness), PING_EVERY_MS);
        connection.on("pong", () => {
          liveness.answered = true;
          admit();
        });
        connection.once("close", () => {
          clearInterval(pingTimer);
          connections.delete(connection);
          if (connections.size === 0) onAllClosed();
        });
      });
    },
    async close() {
      open = false;
      if (connections.size === 0) return;
      const allClosed = new Promise<void>((resolve) => (onAllClosed = resolve));
      for (const connection of connections) connection.close(RESTARTING);
      const timeout = setTimeout(() => {
        for (const connection of connections) connection.terminate();
      }, LAST_FRAMES_MS);
      await allClosed;
      clearTimeout(timeout);
    },
  };
}

const OPEN = 1;
const TOO_MANY = "Too many streams for this";

/** Rejects an upgrade with an ASCII response and closes the connection. */
function rejectUpgrade(socket: Duplex, status: number, text: string): void {
  const type = text === "" ? "" : "Content-Type: text/plain; charset=utf-8\r\n";
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${type}Content-Length: ${text.length}`;
  if (!socket.destroyed) socket.end(`${head}\r\nConnection: close\r\n\r\n${text}`, () => socket.destroy());
}

/** The API key in a stream's URL; the last one if there are several. */
function keyOf(target: string): string {
  const [, query = ""] = target.split("?", 2);
  return new URLSearchParams(query).getAll("api_key").at(-1) ?? "";
}

/** A token bucket: returns whether the client may send one more frame. */
function createFrameLimiter(): () => boolean {
  let tokens: number = BOUNDS.frameBurst;
  let refilledAt = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(BOUNDS.frameBurst, tokens + ((now - refilledAt) / 1000) * BOUNDS.framesPerSecond);
    refilledAt = now;
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

/** Closes with a reason, and terminates the connection if the client keeps sending. */
function closeFlooding(connection: WebSocket): void {
  if (connection.readyState !== OPEN) return;
  connection.close(POLICY_VIOLATION, "Too many frames.");
  setTimeout(() => connection.terminate(), LAST_FRAMES_MS).unref();
}

/** A connection that may still be upgrading. */
interface PendingConnection {
  readonly socket: Duplex;
  connection: WebSocket | undefined;
}

function createPeer(pending: PendingConnection): StreamPeer {
  return {
    send(text) {
      const { connection } = pending;
      // A client that does not read must not fill the memory.
      if ((connection?.bufferedAmount ?? 0) > BOUNDS.unsentBytes) connection?.terminate();
      else connection?.send(text);
    },
    close: (code, reason) => pending.connection?.close(code, reason),
    drop: () => pending.socket.destroy(),
    stall: () => pending.connection?.pause(),
  };
}

/** Pings a connection, and terminates it if the last ping was not answered. Ignores stalled connections. */
function checkAlive(connection: WebSocket, liveness: { answered: boolean }): void {
  if (connection.isPaused) return;
  if (!liveness.answered) {
    connection.terminate();
    return;
  }
  liveness.answered = false;
  connection.ping();
}
