import {
  createExchange,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type ExchangeSocket,
  type Market,
} from "../../../src/exchange/index.ts";
import { START } from "./trader.ts";

/** A client's end of a stream that records what it receives. */
export interface Talk {
  readonly socket: ExchangeSocket;
  /** Events since the last call: received strings, and `open`, `error`, `close 1000 clean`. */
  seen(): readonly string[];
  send(message: object | string): void;
}

/** An exchange on a virtual clock, without rate limits. */
export function streaming<M extends Market>(options: ExchangeOptions<M> = {}): Exchange<M> {
  return createExchange<M>({ clock: virtualClock(START), rateLimits: false, ...options });
}

/** Connects with a key. */
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
