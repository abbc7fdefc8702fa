import type { ClientOptions } from "../transport/index.ts";

/** What answers requests of an exchange: a stub of its object, a service binding, or a function that returns one. */
export type ExchangeTarget = Pick<Fetcher, "fetch"> | (() => Pick<Fetcher, "fetch">);

/** The client options that reach an exchange. */
export interface ExchangeConnection extends Required<Pick<ClientOptions, "baseUrl" | "fetch">> {
  readonly WebSocket: "fetch";
}

/**
 * Returns the client options that reach an exchange in a Durable Object. Pass a function for a client that lives longer
 * than one event: a stub that has failed may fail for ever, so each request then gets a new one.
 *
 * @example
 * ```ts
 * const client = new AgentExchangeClient({ ...exchangeConnection(() => env.EXCHANGE.getByName("main")), apiKey });
 * ```
 */
export function exchangeConnection(target: ExchangeTarget): ExchangeConnection {
  const current = (): Pick<Fetcher, "fetch"> => ("fetch" in target ? target : target());
  return {
    // Never resolved: the target answers whatever the host is.
    baseUrl: "https://exchange.internal",
    fetch: async (input, init) => current().fetch(input, init),
    WebSocket: "fetch",
  };
}
