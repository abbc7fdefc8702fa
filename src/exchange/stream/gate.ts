import type { Monitor } from "../engine/monitor.ts";
import type { Scope } from "../engine/model.ts";
import { Refusal } from "../engine/refusal.ts";
import type { World } from "../engine/world.ts";
import { byKey } from "../http/authenticate.ts";
import { createFeed } from "./feed.ts";
import { createSession, type OwnedSession, type StreamSession } from "./session.ts";

/** The other end of a connection, as whoever holds the socket reaches it. */
export interface StreamPeer {
  /** Sends a text frame. */
  send(text: string): void;
  /** Closes with a code of the protocol. */
  close(code: number, reason: string): void;
  /** Cuts the connection without a word. */
  drop(): void;
}

/** The door of the streaming endpoint. */
export interface Gate {
  /** Lets a connection in; undefined when it is refused. */
  connect(url: string | URL, peer: StreamPeer): StreamSession | undefined;
  /** Ends all connections and lets no more in. */
  close(): void;
}

/** Where streams are, on the address of an exchange. */
export const STREAM_PATH = "/ws/v1";

const RESTARTING = 1012;

export function createGate(world: World, monitor: Monitor): Gate {
  const feed = createFeed(world, monitor);
  const sessions = new Set<OwnedSession>();
  let open = true;

  return {
    connect(url, peer) {
      const scope = open ? scopeOf(world, new URL(url)) : undefined;
      if (scope === undefined) return undefined;
      const session = createSession(world.clock, world.quirks, scope, feed, {
        reply: (text) => peer.send(text),
        push: (text) => peer.send(text),
        close(code, reason) {
          sessions.delete(session);
          peer.close(code, reason);
        },
      });
      sessions.add(session);
      return {
        receive: (text) => session.receive(text),
        receiveBinary: () => session.receiveBinary(),
        closed() {
          sessions.delete(session);
          session.closed();
        },
      };
    },
    close() {
      open = false;
      for (const session of sessions) session.end(RESTARTING);
    },
  };
}

/** Whose connection it would be; undefined when it may not be. */
function scopeOf(world: World, { pathname, searchParams }: URL): Scope | undefined {
  if (pathname !== STREAM_PATH) return undefined;
  try {
    const { account, agent } = byKey(world, searchParams.getAll("api_key").at(-1) ?? "", undefined);
    return { account, agent };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
