import type { Monitor } from "../engine/trading/monitor.ts";
import type { ScopeReference } from "../engine/scope.ts";
import { Rejection } from "../base/rejection.ts";
import type { ExchangeState } from "../engine/state.ts";
import { authenticateKey } from "../http/authenticate.ts";
import { createFeed, type Beat } from "./feed.ts";
import { passThrough, type FrameFilter } from "./frameFilter.ts";
import { STREAM_PATH } from "./path.ts";
import type { StreamPeer, StreamSession } from "./peer.ts";
import { createSession, type ManagedSession, type SavedSession } from "./session.ts";

/** The streaming endpoint. */
export interface StreamServer {
  /** Accepts a connection; undefined if it must be rejected with 403. */
  connect(url: string | URL, peer: StreamPeer): StreamSession | undefined;
  /** Closes all connections and rejects new ones. */
  close(): void;
}

/** A connection, as plain data. */
export interface SavedConnection extends SavedSession, ScopeReference {
  readonly beat: Beat;
}

/** A stream server whose connections outlive it. */
export interface ResumableServer extends StreamServer {
  /** Undefined if the session is none of this server's, or has ended. */
  save(session: StreamSession): SavedConnection | undefined;
  /** Continues connections, without sending anything. */
  resume(connections: readonly (readonly [saved: SavedConnection, peer: StreamPeer])[]): readonly StreamSession[];
}

const SERVICE_RESTART = 1012;

export function createStreamServer(
  state: ExchangeState,
  monitor: Monitor,
  filter: FrameFilter = passThrough,
  rests = false,
): ResumableServer {
  const feed = createFeed(state, monitor, rests);
  const sessions = new Set<ManagedSession>();
  const connections = new WeakMap<StreamSession, readonly [ManagedSession, ScopeReference]>();
  let open = true;

  function manage(session: ManagedSession, scope: ScopeReference): StreamSession {
    sessions.add(session);
    const managed: StreamSession = {
      receive: (text) => session.receive(text),
      receiveBinary: () => session.receiveBinary(),
      closed() {
        sessions.delete(session);
        session.closed();
      },
    };
    connections.set(managed, [session, scope]);
    return managed;
  }

  return {
    connect(url, peer) {
      if (!open) return undefined;
      const closed = (): void => {
        if (session !== undefined) sessions.delete(session);
        session?.closed();
      };
      const sink = filter(peer, closed);
      const scope = sink && authenticateUrl(state, url);
      const session = scope && createSession(state.clock, state.quirks, scope, feed, sink, rests);
      return session && manage(session, scope);
    },
    save(managed) {
      const [session, scope] = connections.get(managed) ?? [];
      if (session === undefined || scope === undefined || !sessions.has(session)) return undefined;
      const { accountId, agentId } = scope;
      return { accountId, agentId, ...session.save(), beat: feed.lastBeat };
    },
    resume(saved) {
      const resumed: StreamSession[] = [];
      const [first] = saved;
      if (first === undefined) return resumed;
      feed.resume(first[0].beat, () => {
        for (const [connection, peer] of saved) {
          const sink = passThrough(peer, () => {});
          if (sink === undefined) continue;
          const session = createSession(state.clock, state.quirks, connection, feed, sink, rests, connection);
          resumed.push(manage(session, connection));
        }
      });
      return resumed;
    },
    close() {
      open = false;
      for (const session of sessions) session.end(SERVICE_RESTART);
    },
  };
}

/** Account and agent of the API key in the URL; undefined if the path or the key is wrong. */
function authenticateUrl(state: ExchangeState, address: string | URL): ScopeReference | undefined {
  const url = parseUrl(address);
  if (url?.pathname !== STREAM_PATH) return undefined;
  try {
    return authenticateKey(state, url.searchParams.getAll("api_key").at(-1) ?? "", undefined);
  } catch (error) {
    if (error instanceof Rejection) return undefined;
    throw error;
  }
}

/** Also accepts a path with a query, since HTTP servers have only those. */
function parseUrl(address: string | URL): URL | undefined {
  try {
    return new URL(address, "ws://exchange");
  } catch {
    return undefined;
  }
}
