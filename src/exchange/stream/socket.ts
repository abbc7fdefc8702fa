import type { ExchangeClock } from "../time/clock.ts";
import type { StreamServer } from "./server.ts";
import { createPipe, type Pipe } from "./pipe.ts";
import type { StreamSession } from "./peer.ts";
import { SocketCloseEvent, SocketTarget } from "./socketEvents.ts";

/** Data that a socket can send. The endpoint rejects binary data. */
export type SocketData = string | Blob | ArrayBuffer | ArrayBufferView;

/** An in-process connection with the interface of the standard `WebSocket`. */
export interface ExchangeSocket extends SocketTarget {
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  readonly url: string;
  readonly readyState: 0 | 1 | 2 | 3;
  readonly bufferedAmount: number;
  readonly protocol: string;
  readonly extensions: string;
  binaryType: "blob" | "arraybuffer";
  /** Sends a frame; throws while the socket is still connecting. */
  send(data: SocketData): void;
  /** Closes the connection. The code must be 1000 or 3000 to 4999, the reason at most 123 bytes. */
  close(code?: number, reason?: string): void;
}

/** Connects to the exchange it belongs to, regardless of the host in the URL. */
export interface ExchangeSocketClass {
  new (url: string | URL, protocols?: string | readonly string[]): ExchangeSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

const NO_STATUS_RECEIVED = 1005;
const ABNORMAL_CLOSURE = 1006;
const SERVICE_RESTART = 1012;
const MAX_REASON_BYTES = 123;
// How long a closing socket waits for the close frame of the exchange.
const CLOSE_TIMEOUT = 30_000;

/** The in-process sockets of one exchange. */
export interface Sockets {
  readonly WebSocket: ExchangeSocketClass;
  /** Closes all sockets and discards frames in flight. */
  close(): void;
}

/** Creates the `WebSocket` class of an exchange. Every frame takes `latency` ms in either direction. */
export function createSockets(clock: ExchangeClock, latency: number, server: StreamServer): Sockets {
  const openSockets = new Set<(code: number, wasClean: boolean) => void>();

  class Socket extends SocketTarget implements ExchangeSocket {
    static readonly CONNECTING = CONNECTING;
    static readonly OPEN = OPEN;
    static readonly CLOSING = CLOSING;
    static readonly CLOSED = CLOSED;
    readonly CONNECTING = CONNECTING;
    readonly OPEN = OPEN;
    readonly CLOSING = CLOSING;
    readonly CLOSED = CLOSED;
    readonly url: string;
    readonly protocol = "";
    readonly extensions = "";
    binaryType: "blob" | "arraybuffer" = "blob";
    #readyState: 0 | 1 | 2 | 3 = CONNECTING;
    #bufferedAmount = 0;
    #session: StreamSession | undefined;
    #closeTimer: unknown;
    readonly #up: Pipe = createPipe(clock, latency);
    readonly #down: Pipe = createPipe(clock, latency);
    readonly #endWithoutReason = (code: number, wasClean: boolean): void => this.#end(code, "", wasClean);

    constructor(url: string | URL, protocols: string | readonly string[] = []) {
      super();
      this.url = normalizeUrl(url);
      openSockets.add(this.#endWithoutReason);
      // The endpoint supports no subprotocol, so a client that requires one gets no connection.
      const canConnect = protocols.length === 0;
      this.#up.send(() => this.#connect(canConnect));
    }

    get readyState(): 0 | 1 | 2 | 3 {
      return this.#readyState;
    }

    get bufferedAmount(): number {
      return this.#bufferedAmount;
    }

    send(data: SocketData): void {
      if (this.#readyState === CONNECTING)
        throw new DOMException("send: the socket is still connecting", "InvalidStateError");
      if (this.#readyState !== OPEN) {
        this.#bufferedAmount += byteLength(data);
        return;
      }
      this.#up.send(() => {
        if (typeof data === "string") this.#session?.receive(data);
        else this.#session?.receiveBinary();
      });
    }

    close(code?: number, reason = ""): void {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
        throw new DOMException(`close: code must be 1000 or 3000 to 4999, received ${code}`, "InvalidAccessError");
      if (byteLength(reason) > MAX_REASON_BYTES)
        throw new DOMException(`close: reason must have at most ${MAX_REASON_BYTES} bytes`, "SyntaxError");
      if (this.#readyState >= CLOSING) return;
      const connected = this.#readyState === OPEN;
      this.#readyState = CLOSING;
      if (!connected) {
        this.#fail();
        return;
      }
      this.#closeTimer = clock.setTimeout(() => this.#end(ABNORMAL_CLOSURE, "", false), CLOSE_TIMEOUT);
      this.#up.send(() => {
        this.#session?.closed();
        this.#down.send(() => this.#end(code ?? NO_STATUS_RECEIVED, code === undefined ? "" : reason, true));
      });
    }

    #connect(canConnect: boolean): void {
      const session = server.connect(this.url, {
        send: (text) => this.#down.send(() => this.#receive(text)),
        close: (code, reason) => this.#down.send(() => this.#end(code, reason, true)),
        drop: () => this.#down.send(() => this.#end(ABNORMAL_CLOSURE, "", false)),
        stall: () => this.#up.cut(),
      });
      if (session === undefined || !canConnect) {
        session?.closed();
        this.#down.send(() => this.#fail());
        return;
      }
      this.#session = session;
      this.#down.send(() => {
        this.#readyState = OPEN;
        this.dispatchEvent(new Event("open"));
      });
    }

    #receive(text: string): void {
      if (this.#readyState === OPEN) this.dispatchEvent(new MessageEvent("message", { data: text }));
    }

    /** Reports that no connection could be made. */
    #fail(): void {
      this.#finishWith(new Event("error"), new SocketCloseEvent(ABNORMAL_CLOSURE, "", false));
    }

    #end(code: number, reason: string, wasClean: boolean): void {
      if (this.#readyState === CONNECTING) this.#fail();
      else this.#finishWith(new SocketCloseEvent(code, reason, wasClean));
    }

    #finishWith(...events: readonly Event[]): void {
      this.#up.cut();
      this.#down.cut();
      clock.clearTimeout(this.#closeTimer);
      openSockets.delete(this.#endWithoutReason);
      this.#session?.closed();
      this.#readyState = CLOSING;
      void Promise.resolve().then(() => {
        this.#readyState = CLOSED;
        for (const event of events) this.dispatchEvent(event);
      });
    }
  }

  return {
    WebSocket: Socket,
    close() {
      for (const end of openSockets) end(SERVICE_RESTART, true);
    },
  };
}

/** Normalizes the URL as the standard does: `http` becomes `ws`, and fragments are not allowed. */
function normalizeUrl(url: string | URL): string {
  const parsed = parseUrl(url);
  if (parsed.protocol === "http:") parsed.protocol = "ws:";
  if (parsed.protocol === "https:") parsed.protocol = "wss:";
  if (parsed.protocol !== "ws:" && parsed.protocol !== "wss:")
    throw new DOMException(
      `WebSocket: the URL's scheme must be ws: or wss:, received ${parsed.protocol}`,
      "SyntaxError",
    );
  if (parsed.hash !== "") throw new DOMException("WebSocket: the URL must not have a fragment", "SyntaxError");
  return parsed.href;
}

function parseUrl(url: string | URL): URL {
  try {
    return new URL(url);
  } catch {
    throw new DOMException("WebSocket: the URL is not valid", "SyntaxError");
  }
}

function byteLength(data: SocketData): number {
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  return data instanceof Blob ? data.size : data.byteLength;
}
