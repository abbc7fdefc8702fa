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
export interface StreamLog {
  readonly socket: ExchangeSocket;
  /** Events since the last call: received strings, and `open`, `error`, `close 1000 clean`. */
  takeEvents(): readonly string[];
  send(message: object | string): void;
}

/** An exchange on a virtual clock, without rate limits. */
export function createStreamExchange<M extends Market>(options: ExchangeOptions<M> = {}): Exchange<M> {
  return createExchange<M>({ clock: virtualClock(START), rateLimits: false, ...options });
}

/** Connects with a key. */
export function connectStream(exchange: Exchange, apiKey: string, path = "/ws/v1"): StreamLog {
  return recordEvents(new exchange.connection.WebSocket(`ws://exchange.localhost${path}?api_key=${apiKey}`));
}

export function recordEvents(socket: ExchangeSocket): StreamLog {
  let events: string[] = [];
  socket.addEventListener("open", () => void events.push("open"));
  socket.addEventListener("message", ({ data }) => void events.push(String(data)));
  socket.addEventListener("error", () => void events.push("error"));
  socket.addEventListener("close", ({ code, wasClean }) => {
    events.push(`close ${code} ${wasClean ? "clean" : "broken"}`);
  });
  return {
    socket,
    takeEvents() {
      const all = events;
      events = [];
      return all;
    },
    send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
  };
}
