import type { Socket } from "../stream/socket.ts";
import type { KnownCaller } from "./authentication.ts";
import { GatewayRejection } from "./rejection.ts";
import { readFrame } from "./streamFrames.ts";
import type { Caller, GatewayPeer, GatewaySession } from "./types.ts";
import type { Upstream } from "./upstream.ts";

/** Streams of one caller at a time in one process. */
const MAX_STREAMS = 32;
/** Milliseconds in which the platform must have accepted a stream. */
const CONNECT_TIMEOUT = 10_000;

const GOING_AWAY = 1001;
const TOKEN_EXPIRED = 1008;
const UPSTREAM_LOST = 1012;

/** The streams of a gateway: each is one connection to the platform, made with the gateway's key. */
export interface Streams {
  /** @throws GatewayRejection if the stream cannot be opened */
  open(caller: KnownCaller, until: number, peer: GatewayPeer): Promise<GatewaySession>;
  close(): void;
}

export function createStreams(upstream: Upstream): Streams {
  const counts = new Map<string, number>();
  const streams = new Set<Stream>();

  return {
    async open(known, until, peer) {
      const count = counts.get(known.id) ?? 0;
      if (count >= MAX_STREAMS)
        throw new GatewayRejection(429, "RATE_LIMIT_EXCEEDED", "Too many streams are open.", { "retry-after": "10" });
      counts.set(known.id, count + 1);
      const stream = new Stream(upstream, known.caller, peer, () => {
        streams.delete(stream);
        const left = (counts.get(known.id) ?? 1) - 1;
        if (left === 0) counts.delete(known.id);
        else counts.set(known.id, left);
      });
      streams.add(stream);
      if (await stream.connect(until)) return stream;
      throw new GatewayRejection(502, "UPSTREAM_FAILED", "The platform's stream could not be opened.");
    },
    close() {
      for (const stream of streams) stream.end(GOING_AWAY);
    },
  };
}

class Stream implements GatewaySession {
  readonly #upstream: Upstream;
  readonly #caller: Caller;
  readonly #peer: GatewayPeer;
  readonly #released: () => void;
  #state: "connecting" | "open" | "over" = "connecting";
  #socket: Socket | undefined;
  #timer: unknown;

  constructor(upstream: Upstream, caller: Caller, peer: GatewayPeer, released: () => void) {
    this.#upstream = upstream;
    this.#caller = caller;
    this.#peer = peer;
    this.#released = released;
  }

  /** Connects to the platform. Returns whether that succeeded; the stream is over otherwise. */
  async connect(until: number): Promise<boolean> {
    const { clock } = this.#upstream;
    const isConnected = await new Promise<boolean>((resolve) => {
      this.#timer = clock.setTimeout(() => resolve(false), CONNECT_TIMEOUT);
      try {
        this.#socket = this.#upstream.openStream({
          onOpen: () => resolve(true),
          onMessage: (text) => {
            if (this.#state !== "over") this.#peer.send(this.#upstream.hideKey(text));
          },
          onEnd: () => {
            resolve(false);
            this.end(UPSTREAM_LOST);
          },
        });
      } catch {
        // The error is about the gateway's connection to the platform.
        resolve(false);
      }
    });
    clock.clearTimeout(this.#timer);
    if (!isConnected) this.end();
    if (this.#state !== "connecting") return false;
    this.#state = "open";
    this.#timer = clock.setTimeout(() => this.end(TOKEN_EXPIRED), Math.max(0, until - clock.now()));
    return true;
  }

  receive(text: string): void {
    if (this.#state !== "open") return;
    const { forward, reply } = readFrame(text, this.#caller);
    if (forward !== undefined) this.#socket?.send(forward);
    if (reply !== undefined) this.#peer.send(reply);
  }

  closed(): void {
    this.end();
  }

  /** Ends both connections; the caller's with this code, unless it has ended already. */
  end(code?: number): void {
    const { clock } = this.#upstream;
    const wasOpen = this.#state === "open";
    if (this.#state === "over") return;
    this.#state = "over";
    clock.clearTimeout(this.#timer);
    this.#released();
    this.#socket?.close();
    if (code !== undefined && wasOpen) this.#peer.close(code, "");
  }
}
