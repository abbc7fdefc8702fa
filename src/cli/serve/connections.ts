import type { Server } from "node:http";
import type { Socket } from "node:net";
import { BOUNDS } from "./bounds.ts";

/** Counts things by name, up to a maximum. */
export interface Counter {
  /** Counts one more; false if the maximum is reached. */
  acquire(name: string): boolean;
  release(name: string): void;
}

export function createCounter(max: number): Counter {
  const counts = new Map<string, number>();
  return {
    acquire(name) {
      const count = counts.get(name) ?? 0;
      if (count >= max) return false;
      counts.set(name, count + 1);
      return true;
    },
    release(name) {
      const count = (counts.get(name) ?? 0) - 1;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
}

/** Closes connections beyond the limits: in total over all servers, and per address. */
export function createConnectionBounds(behindProxy: boolean): (server: Server) => void {
  const all = createCounter(BOUNDS.connections);
  const each = createCounter(behindProxy ? BOUNDS.connections : BOUNDS.connectionsPerAddress);
  const requestCounts = new WeakMap<Socket, number>();

  function onConnection(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    if (!all.acquire("")) return void socket.destroy();
    if (!each.acquire(address)) {
      all.release("");
      return void socket.destroy();
    }
    socket.once("close", () => {
      all.release("");
      each.release(address);
    });
  }

  return (server) => {
    server.prependListener("connection", onConnection);
    server.prependListener("request", ({ socket }, response) => {
      const requests = (requestCounts.get(socket) ?? 0) + 1;
      requestCounts.set(socket, requests);
      if (requests > BOUNDS.requestsPerConnection) socket.destroy();
      response.once("close", () => requestCounts.set(socket, (requestCounts.get(socket) ?? 1) - 1));
    });
  };
}
