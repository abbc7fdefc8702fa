import type { ExchangeSocketClass } from "../../src/exchange/index.ts";
import type { WebSocketConstructor, WebSocketEvent, WebSocketLike } from "../../src/transport/index.ts";

/** A client socket that a test can inspect and break. */
export interface WatchedSocket {
  readonly url: string;
  /** Messages that the client sent. */
  readonly sent: string[];
  /** Messages that the server sent. */
  readonly received: string[];
  isOpen: boolean;
  /** Drops everything in both directions without an event, as a broken connection does. */
  isBroken: boolean;
  /** Closes it with this code, as if the server had. */
  end(code: number): void;
  /** Delivers a message as if the server had sent it. */
  deliver(text: string): void;
}

/** The sockets of a client, whose connections a test can break. */
export interface Sockets {
  readonly WebSocket: WebSocketConstructor;
  /** All sockets, oldest first. */
  readonly all: WatchedSocket[];
  /** The open ones. */
  readonly open: readonly WatchedSocket[];
  /** Drops data messages that contain this string, unless it is empty. */
  muted: string;
  /** Rejects subscriptions that contain this string, unless it is empty. */
  refused: string;
  /** Makes new sockets fail. */
  down: boolean;
  /** Makes new sockets drop everything, as a server that never answers. */
  hung: boolean;
}

/** A WebSocket class whose constructor throws. */
export function throwingSocket(errorFor: (url: string) => unknown): WebSocketConstructor {
  return class implements WebSocketLike {
    constructor(url: string) {
      throw errorFor(url);
    }
    addEventListener(): void {}
    send(): void {}
    close(): void {}
  };
}

export function watchedSockets(Inner: ExchangeSocketClass): Sockets {
  const all: WatchedSocket[] = [];
  const sockets: Sockets = {
    all,
    down: false,
    hung: false,
    muted: "",
    refused: "",
    get open() {
      return all.filter(({ isOpen }) => isOpen);
    },
    WebSocket: class implements WebSocketLike, WatchedSocket {
      readonly sent: string[] = [];
      readonly received: string[] = [];
      isOpen = false;
      isBroken: boolean;
      readonly #inner: WebSocketLike | undefined;
      readonly #listeners: { readonly type: string; readonly listener: (event: WebSocketEvent) => void }[] = [];

      readonly url: string;

      constructor(url: string) {
        this.url = url;
        this.isBroken = sockets.hung;
        all.push(this);
        if (sockets.down) {
          void Promise.resolve().then(() => this.#emit({ type: "close", code: 1006 }));
          return;
        }
        this.#inner = new Inner(url);
        for (const type of ["open", "message", "close", "error"] as const) {
          this.#inner.addEventListener(type, (event) => {
            if (this.isBroken) return;
            const isData = type === "message" && !String(event.data).includes('"type"');
            if (isData && sockets.muted !== "" && String(event.data).includes(sockets.muted)) return;
            if (type === "open") this.isOpen = true;
            if (type === "close") this.isOpen = false;
            if (type === "message") this.received.push(String(event.data));
            this.#emit(event);
          });
        }
      }

      addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
        this.#listeners.push({ type, listener });
      }

      send(text: string): void {
        this.sent.push(text);
        const isRefused = sockets.refused !== "" && text.includes(sockets.refused) && text.includes('"subscribe"');
        if (!this.isBroken) this.#inner?.send(isRefused ? '{"action":"subscribe","channel":"none"}' : text);
      }

      close(code?: number): void {
        this.isOpen = false;
        this.#inner?.close(code);
      }

      end(code: number): void {
        this.isOpen = false;
        this.#emit({ type: "close", code });
        this.isBroken = true;
        this.#inner?.close();
      }

      deliver(data: string): void {
        this.#emit({ type: "message", data });
      }

      #emit(event: WebSocketEvent): void {
        for (const { type, listener } of this.#listeners) if (type === event.type) listener(event);
      }
    },
  };
  return sockets;
}
