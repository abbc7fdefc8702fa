import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { StoreError, type Exchange, type StreamPeer, type StreamSession } from "../exchange/index.ts";
import { clientAddressOf } from "../exchange/http/clientAddress.ts";
import type { Admission } from "./admission.ts";
import { BOUNDS } from "./bounds.ts";
import { createCounter } from "./connections.ts";
import type { UpgradeHandler } from "./listen.ts";

/** The exchange's stream over sockets. */
export interface Streams {
  readonly upgrade: UpgradeHandler;
  /** Says good-bye to all connections, and for a moment waits for theirs. */
  close(): Promise<void>;
}

const PING_EVERY_MS = 20_000;
const LAST_FRAMES_MS = 1000;
const RESTARTING = 1012;
const POLICY_VIOLATION = 1008;
const MOST_FRAGMENTS = 64;

/** How a stream is served. */
export interface StreamsOptions {
  /** Looks at each request first; default lets all in. */
  readonly admission?: Admission;
  /** Whether addresses are those that a proxy tells. */
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
    maxFragments: MOST_FRAGMENTS,
    perMessageDeflate: true,
  });
  const connections = new Set<WebSocket>();
  const perKey = createCounter(BOUNDS.streamsPerKey);
  const perAddress = createCounter(BOUNDS.streamsPerAddress);
  let open = true;
  let allGone = (): void => {};

  /** A refusal would be for good, a failure is not. */
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
      // A connection that breaks off is an end like others.
      socket.on("error", () => {});
      const rejection = admission(request);
      if (rejection !== undefined) return refuse(socket, rejection.status, `${rejection.text}\n`);
      const key = keyOf(request.url ?? "/");
      const forwarded = trustProxy ? request.headersDistinct["x-forwarded-for"]?.join(",") : undefined;
      const address = clientAddressOf(request.socket.remoteAddress, forwarded);
      if (!perAddress.take(address)) return refuse(socket, 429, `${TOO_MANY} address.\n`);
      if (!perKey.take(key)) {
        perAddress.give(address);
        return refuse(socket, 429, `${TOO_MANY} key.\n`);
      }
      socket.once("close", () => {
        perAddress.give(address);
        perKey.give(key);
      });
      const line: Line = { socket, connection: undefined };
      const session = open ? connect(request.url ?? "/", peerOf(line)) : undefined;
      if (session === undefined) return refuse(socket, 403, "");
      if (session === "unavailable") return refuse(socket, 503, "");
      socket.once("close", () => session.closed());
      server.handleUpgrade(request, socket, head, (connection) => {
        line.connection = connection;
        connections.add(connection);
        const isWithin = createFrameBound();
        const admit = (): boolean => {
          if (isWithin()) return true;
          endFlood(connection);
          return false;
        };
        connection.on("ping", admit);
        connection.on("message", (data, isBinary) => {
          if (connection.readyState !== OPEN || !admit()) return;
          if (isBinary) session.receiveBinary();
          else session.receive((data as Buffer).toString());
        });
        connection.on("error", () => {});
        const watched = { answered: true };
        const watch = setInterval(() => attend(connection, watched), PING_EVERY_MS);
        connection.on("pong", () => {
          watched.answered = true;
          admit();
        });
        connection.once("close", () => {
          clearInterval(watch);
          connections.delete(connection);
          if (connections.size === 0) allGone();
        });
      });
    },
    async close() {
      open = false;
      if (connections.size === 0) return;
      const gone = new Promise<void>((resolve) => (allGone = resolve));
      for (const connection of connections) connection.close(RESTARTING);
      const patience = setTimeout(() => {
        for (const connection of connections) connection.terminate();
      }, LAST_FRAMES_MS);
      await gone;
      clearTimeout(patience);
    },
  };
}

const OPEN = 1;
const TOO_MANY = "There are too many streams of this";

/** Answers an upgrade that does not come about, in ASCII, and closes the connection. */
function refuse(socket: Duplex, status: number, text: string): void {
  const type = text === "" ? "" : "Content-Type: text/plain; charset=utf-8\r\n";
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${type}Content-Length: ${text.length}`;
  if (!socket.destroyed) socket.end(`${head}\r\nConnection: close\r\n\r\n${text}`, () => socket.destroy());
}

/** The key in the address of a stream: of several the last one counts. */
function keyOf(target: string): string {
  const [, query = ""] = target.split("?", 2);
  return new URLSearchParams(query).getAll("api_key").at(-1) ?? "";
}

/** Whether one more frame is within what a stream may send. */
function createFrameBound(): () => boolean {
  let left: number = BOUNDS.frameBurst;
  let filled = performance.now();
  return () => {
    const now = performance.now();
    left = Math.min(BOUNDS.frameBurst, left + ((now - filled) / 1000) * BOUNDS.framesPerSecond);
    filled = now;
    if (left < 1) return false;
    left--;
    return true;
  };
}

/** Says why, and does not wait for who goes on sending. */
function endFlood(connection: WebSocket): void {
  if (connection.readyState !== OPEN) return;
  connection.close(POLICY_VIOLATION, "Too many frames.");
  setTimeout(() => connection.terminate(), LAST_FRAMES_MS).unref();
}

/** A connection on its way to being one. */
interface Line {
  readonly socket: Duplex;
  connection: WebSocket | undefined;
}

function peerOf(line: Line): StreamPeer {
  return {
    send(text) {
      const { connection } = line;
      // Who takes nothing must not fill the memory.
      if ((connection?.bufferedAmount ?? 0) > BOUNDS.unsentBytes) connection?.terminate();
      else connection?.send(text);
    },
    close: (code, reason) => line.connection?.close(code, reason),
    drop: () => line.socket.destroy(),
    stall: () => line.connection?.pause(),
  };
}

/** Pings a connection, and drops it when the last ping has not been answered; a stalled one is left alone. */
function attend(connection: WebSocket, watched: { answered: boolean }): void {
  if (connection.isPaused) return;
  if (!watched.answered) {
    connection.terminate();
    return;
  }
  watched.answered = false;
  connection.ping();
}
