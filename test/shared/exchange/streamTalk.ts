import {
  createExchange,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type ExchangeSocket,
  type Market,
} from "../../../src/exchange/index.ts";
import { START } from "./trader.ts";

/** A client's end of a stream that writes down what it sees. */
export interface Talk {
  readonly socket: ExchangeSocket;
  /** What has happened since the last question: texts as they came, and `open`, `error`, `close 1000 clean`. */
  seen(): readonly string[];
  send(message: object | string): void;
}

/** An exchange whose time stands still, without rate limits. */
export function streaming<M extends Market>(options: ExchangeOptions<M> = {}): Exchange<M> {
  return createExchange<M>({ clock: virtualClock(START), rateLimits: false, ...options });
}

/** Connects with a key; of the rest of the address the test decides. */
export function talk(exchange: Exchange, apiKey: string, path = "/ws/v1"): Talk {
  return listenTo(new exchange.connection.WebSocket(`ws://exchange.localhost${path}?api_key=${apiKey}`));
}

export function listenTo(socket: ExchangeSocket): Talk {
  let events: string[] = [];
  socket.addEventListener("open", () => void events.push("open"));
  socket.addEventListener("message", ({ data }) => void events.push(String(data)));
  socket.addEventListener("error", () => void events.push("error"));
  socket.addEventListener("close", ({ code, wasClean }) => {
    events.push(`close ${code} ${wasClean ? "clean" : "broken"}`);
  });
  return {
    socket,
    seen() {
      const all = events;
      events = [];
      return all;
    },
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
  };
}
