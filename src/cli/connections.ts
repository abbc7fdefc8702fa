import type { Server } from "node:http";
import type { Socket } from "node:net";
import { BOUNDS } from "./bounds.ts";

/** Counts things by name, up to a bound. */
export interface Counter {
  /** Counts one more; false when there are too many. */
  take(name: string): boolean;
  give(name: string): void;
}

export function createCounter(most: number): Counter {
  const counts = new Map<string, number>();
  return {
    take(name) {
      const count = counts.get(name) ?? 0;
      if (count >= most) return false;
      counts.set(name, count + 1);
      return true;
    },
    give(name) {
      const count = (counts.get(name) ?? 0) - 1;
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
}

/** Closes connections beyond the bounds as they come: those of all servers together, and those of one address. */
export function createConnectionBounds(behindProxy: boolean): (server: Server) => void {
  const all = createCounter(BOUNDS.connections);
  const each = createCounter(behindProxy ? BOUNDS.connections : BOUNDS.connectionsPerAddress);
  const underWay = new WeakMap<Socket, number>();

  function connected(socket: Socket): void {
    const address = socket.remoteAddress ?? "";
    if (!all.take("")) return void socket.destroy();
    if (!each.take(address)) {
      all.give("");
      return void socket.destroy();
    }
    socket.once("close", () => {
      all.give("");
      each.give(address);
    });
  }

  return (server) => {
    server.prependListener("connection", connected);
    server.prependListener("request", ({ socket }, response) => {
      const requests = (underWay.get(socket) ?? 0) + 1;
      underWay.set(socket, requests);
      if (requests > BOUNDS.requestsPerConnection) socket.destroy();
      response.once("close", () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
    });
  };
}
