import type { ExchangeClock } from "../time/clock.ts";
import type { StreamServer } from "./server.ts";
import { createPipe, type Pipe } from "./pipe.ts";
import type { StreamSession } from "./peer.ts";
import { SocketCloseEvent, SocketTarget } from "./socketEvents.ts";

/** What a socket in this program can send; binary data is refused by the endpoint. */
export type SocketData = string | Blob | ArrayBuffer | ArrayBufferView;

/** A connection within this program, with the interface of the standard's `WebSocket`. */
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
  /** Sends a frame; fails while the connection is not there yet. */
  send(data: SocketData): void;
  /** Says good-bye, with 1000 or a code from 3000 to 4999 if with any, and at most 123 bytes of reason. */
  close(code?: number, reason?: string): void;
}

/** Makes connections to the exchange that it is of; the host does not matter. */
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

const NO_STATUS = 1005;
const ABNORMAL = 1006;
const RESTARTING = 1012;
const MOST_REASON_BYTES = 123;
// So long a socket waits for the other end's good-bye.
const CLOSE_WITHIN = 30_000;

/** Sockets of one exchange, and their end. */
export interface Sockets {
  readonly WebSocket: ExchangeSocketClass;
  /** Ends all of them, whatever is on its way. */
  close(): void;
}

/** Every frame is on its way for `latency` ms, in either direction. */
export function createSockets(clock: ExchangeClock, latency: number, server: StreamServer): Sockets {
  const ends = new Set<(code: number, wasClean: boolean) => void>();

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
    #patience: unknown;
    readonly #up: Pipe = createPipe(clock, latency);
    readonly #down: Pipe = createPipe(clock, latency);
    readonly #finish = (code: number, wasClean: boolean): void => this.#end(code, "", wasClean);

    constructor(url: string | URL, protocols: string | readonly string[] = []) {
      super();
      this.url = addressOf(url);
      ends.add(this.#finish);
      // The endpoint speaks no subprotocol, so who insists on one gets no connection.
      const speaks = protocols.length === 0;
      this.#up.put(() => this.#connect(speaks));
    }

    get readyState(): 0 | 1 | 2 | 3 {
      return this.#readyState;
    }

    get bufferedAmount(): number {
      return this.#bufferedAmount;
    }

    send(data: SocketData): void {
      if (this.#readyState === CONNECTING)
        throw new DOMException("send: the connection is not open yet", "InvalidStateError");
      if (this.#readyState !== OPEN) {
        this.#bufferedAmount += sizeOf(data);
        return;
      }
      this.#up.put(() => {
        if (typeof data === "string") this.#session?.receive(data);
        else this.#session?.receiveBinary();
      });
    }

    close(code?: number, reason = ""): void {
      if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
        throw new DOMException(`close: ${code} is neither 1000 nor from 3000 to 4999`, "InvalidAccessError");
      if (sizeOf(reason) > MOST_REASON_BYTES)
        throw new DOMException(`close: the reason has more than ${MOST_REASON_BYTES} bytes`, "SyntaxError");
      if (this.#readyState >= CLOSING) return;
      const connected = this.#readyState === OPEN;
      this.#readyState = CLOSING;
      if (!connected) {
        this.#fail();
        return;
      }
      this.#patience = clock.setTimeout(() => this.#end(ABNORMAL, "", false), CLOSE_WITHIN);
      this.#up.put(() => {
        this.#session?.closed();
        this.#down.put(() => this.#end(code ?? NO_STATUS, code === undefined ? "" : reason, true));
      });
    }

    #connect(speaks: boolean): void {
      const session = server.connect(this.url, {
        send: (text) => this.#down.put(() => this.#receive(text)),
        close: (code, reason) => this.#down.put(() => this.#end(code, reason, true)),
        drop: () => this.#down.put(() => this.#end(ABNORMAL, "", false)),
        stall: () => this.#up.cut(),
      });
      if (session === undefined || !speaks) {
        session?.closed();
        this.#down.put(() => this.#fail());
        return;
      }
      this.#session = session;
      this.#down.put(() => {
        this.#readyState = OPEN;
        this.dispatchEvent(new Event("open"));
      });
    }

    #receive(text: string): void {
      if (this.#readyState === OPEN) this.dispatchEvent(new MessageEvent("message", { data: text }));
    }

    /** There will be no connection. */
    #fail(): void {
      this.#over(new Event("error"), new SocketCloseEvent(ABNORMAL, "", false));
    }

    #end(code: number, reason: string, wasClean: boolean): void {
      if (this.#readyState === CONNECTING) this.#fail();
      else this.#over(new SocketCloseEvent(code, reason, wasClean));
    }

    #over(...events: readonly Event[]): void {
      this.#up.cut();
      this.#down.cut();
      clock.clearTimeout(this.#patience);
      ends.delete(this.#finish);
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
      for (const end of ends) end(RESTARTING, true);
    },
  };
}

/** An address as the standard has it: `http` stands for `ws`, and there is no fragment. */
function addressOf(url: string | URL): string {
  const parsed = parse(url);
  if (parsed.protocol === "http:") parsed.protocol = "ws:";
  if (parsed.protocol === "https:") parsed.protocol = "wss:";
  if (parsed.protocol !== "ws:" && parsed.protocol !== "wss:")
    throw new DOMException(`WebSocket: ${parsed.protocol} is not ws: or wss:`, "SyntaxError");
  if (parsed.hash !== "") throw new DOMException("WebSocket: the address has a fragment", "SyntaxError");
  return parsed.href;
}

function parse(url: string | URL): URL {
  try {
    return new URL(url);
  } catch {
    throw new DOMException("WebSocket: the address is no URL", "SyntaxError");
  }
}

function sizeOf(data: SocketData): number {
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  return data instanceof Blob ? data.size : data.byteLength;
}
