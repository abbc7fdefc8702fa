import type { Monitor } from "../engine/trading/monitor.ts";
import type { ScopeReference } from "../engine/scope.ts";
import { Rejection } from "../base/rejection.ts";
import type { ExchangeState } from "../engine/state.ts";
import { authenticateKey } from "../http/authenticate.ts";
import { createFeed } from "./feed.ts";
import { passThrough, type FrameFilter } from "./frameFilter.ts";
import { STREAM_PATH } from "./path.ts";
import type { StreamPeer, StreamSession } from "./peer.ts";
import { createSession, type ManagedSession } from "./session.ts";

/** The streaming endpoint. */
export interface StreamServer {
  /** Accepts a connection; undefined if it must be rejected with 403. */
  connect(url: string | URL, peer: StreamPeer): StreamSession | undefined;
  /** Closes all connections and rejects new ones. */
  close(): void;
}

const SERVICE_RESTART = 1012;

export function createStreamServer(
  state: ExchangeState,
  monitor: Monitor,
  filter: FrameFilter = passThrough,
): StreamServer {
  const feed = createFeed(state, monitor);
  const sessions = new Set<ManagedSession>();
  let open = true;

  return {
    connect(url, peer) {
      if (!open) return undefined;
      const closed = (): void => {
        if (session !== undefined) sessions.delete(session);
        session?.closed();
      };
      const sink = filter(peer, closed);
      const scope = sink && authenticateUrl(state, url);
      const session = scope && createSession(state.clock, state.quirks, scope, feed, sink);
      if (session === undefined) return undefined;
      sessions.add(session);
      return {
        receive: (text) => session.receive(text),
        receiveBinary: () => session.receiveBinary(),
        closed,
      };
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
