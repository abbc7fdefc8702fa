import type { ExchangeSocketClass } from "../../src/exchange/index.ts";
import type { WebSocketConstructor, WebSocketEvent, WebSocketLike } from "../../src/transport/index.ts";

/** A socket as a test sees it, and what it does to it. */
export interface WatchedSocket {
  readonly url: string;
  /** What the client sent. */
  readonly sent: string[];
  /** What the other end sent. */
  readonly received: string[];
  isOpen: boolean;
  /** From now on nothing gets through in either direction, and nobody says so. */
  deaf: boolean;
  /** Ends it with a code, as if the other end had. */
  end(code: number): void;
  /** As if the other end had sent it. */
  say(text: string): void;
}

/** Sockets whose line a test can break. */
export interface Sockets {
  readonly WebSocket: WebSocketConstructor;
  /** All that were ever opened, oldest first. */
  readonly all: WatchedSocket[];
  /** Those that are open. */
  readonly open: readonly WatchedSocket[];
  /** Loses what contains this text, unless it is empty. */
  muted: string;
  /** Subscriptions with this text are refused, unless it is empty. */
  refused: string;
  /** Fails new ones while it is set. */
  down: boolean;
}

export function watchedSockets(Inner: ExchangeSocketClass): Sockets {
  const all: WatchedSocket[] = [];
  const sockets: Sockets = {
    all,
    down: false,
    muted: "",
    refused: "",
    get open() {
      return all.filter(({ isOpen }) => isOpen);
    },
    WebSocket: class implements WebSocketLike, WatchedSocket {
      readonly sent: string[] = [];
      readonly received: string[] = [];
      isOpen = false;
      deaf = false;
      readonly #inner: WebSocketLike | undefined;
      readonly #listeners: { readonly type: string; readonly listener: (event: WebSocketEvent) => void }[] = [];

      readonly url: string;

      constructor(url: string) {
        this.url = url;
        all.push(this);
        if (sockets.down) {
          void Promise.resolve().then(() => this.#tell({ type: "close", code: 1006 }));
          return;
        }
        this.#inner = new Inner(url);
        for (const type of ["open", "message", "close", "error"] as const) {
          this.#inner.addEventListener(type, (event) => {
            if (this.deaf) return;
            const isData = type === "message" && !String(event.data).includes('"type"');
            if (isData && sockets.muted !== "" && String(event.data).includes(sockets.muted)) return;
            if (type === "open") this.isOpen = true;
            if (type === "close") this.isOpen = false;
            if (type === "message") this.received.push(String(event.data));
            this.#tell(event);
          });
        }
      }

      addEventListener(type: string, listener: (event: WebSocketEvent) => void): void {
        this.#listeners.push({ type, listener });
      }

      send(text: string): void {
        this.sent.push(text);
        const isRefused = sockets.refused !== "" && text.includes(sockets.refused) && text.includes('"subscribe"');
        if (!this.deaf) this.#inner?.send(isRefused ? '{"action":"subscribe","channel":"none"}' : text);
      }

      close(code?: number): void {
        this.isOpen = false;
        this.#inner?.close(code);
      }

      end(code: number): void {
        this.isOpen = false;
        this.#tell({ type: "close", code });
        this.deaf = true;
        this.#inner?.close();
      }

      say(data: string): void {
        this.#tell({ type: "message", data });
      }

      #tell(event: WebSocketEvent): void {
        for (const { type, listener } of this.#listeners) if (type === event.type) listener(event);
      }
    },
  };
  return sockets;
}
