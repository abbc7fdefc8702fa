import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { Exchange, StreamPeer } from "../exchange/index.ts";
import type { UpgradeHandler } from "./listen.ts";

/** The exchange's stream over sockets. */
export interface Streams {
  readonly upgrade: UpgradeHandler;
  /** Says good-bye to all connections, and for a moment waits for theirs. */
  close(): Promise<void>;
}

const MOST_FRAME_BYTES = 16 * 1024 * 1024;
const PING_EVERY_MS = 20_000;
const LAST_FRAMES_MS = 1000;
const RESTARTING = 1012;
const FORBIDDEN = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/** Serves an exchange's stream on the upgrades of an HTTP server. */
export function createStreams(exchange: Pick<Exchange, "connect">): Streams {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: true,
  });
  const connections = new Set<WebSocket>();
  let open = true;
  let allGone = (): void => {};

  return {
    upgrade(request, socket, head) {
      // A connection that breaks off is an end like others.
      socket.on("error", () => {});
      const line: Line = { socket, connection: undefined };
      const session = open ? exchange.connect(request.url ?? "/", peerOf(line)) : undefined;
      if (session === undefined) {
        if (!socket.destroyed) socket.end(FORBIDDEN, () => socket.destroy());
        return;
      }
      socket.once("close", () => session.closed());
      server.handleUpgrade(request, socket, head, (connection) => {
        line.connection = connection;
        connections.add(connection);
        connection.on("message", (data, isBinary) => {
          if (isBinary) session.receiveBinary();
          else session.receive((data as Buffer).toString());
        });
        connection.on("error", () => {});
        const watched = { answered: true };
        const watch = setInterval(() => attend(connection, watched), PING_EVERY_MS);
        connection.on("pong", () => (watched.answered = true));
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

/** A connection on its way to being one. */
interface Line {
  readonly socket: Duplex;
  connection: WebSocket | undefined;
}

function peerOf(line: Line): StreamPeer {
  return {
    send: (text) => line.connection?.send(text),
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
