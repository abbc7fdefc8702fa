import { endpointsByName } from "../../tools/catalogue/endpoints.ts";
import type { ClientOptions, IntentStore, WebSocketConstructor } from "../../transport/index.ts";
import type { Budget } from "./budget.ts";

/** Requests that change nothing although they are not GET, such as a login. */
const READING_POSTS: readonly string[] = [...endpointsByName.values()]
  .filter(({ effect, method }) => effect === "read" && method !== "GET")
  .map(({ path }) => path);

/** Refuses every order before it is sent. */
const noOrders: IntentStore = {
  put() {
    throw new Error("A strategy does not place orders itself: it returns a decision.");
  },
  delete() {},
  list: () => [],
};

/** Milliseconds for a call, so that the order and its reconciliation fit into the run's time. */
const MAX_TIMEOUT = 10_000;

/** Options of the client that a strategy reads with: its requests are counted, and those with an effect refused. */
export function readingOptions(options: ClientOptions, budget: Budget): ClientOptions {
  const refuse = (): void => {
    throw new Error("A strategy only reads: this call would have an effect, so it was not sent.");
  };
  return { ...metered(options, budget, refuse), intents: noOrders };
}

/**
 * Options of the toolbox's client.
 *
 * @param checkEffect called immediately before a request with an effect is sent; if it throws, the request is not sent
 */
export function metered(options: ClientOptions, budget: Budget, checkEffect: () => void): ClientOptions {
  return {
    ...options,
    timeout: Math.min(options.timeout ?? MAX_TIMEOUT, MAX_TIMEOUT),
    // The toolbox's journal has the record of every order.
    intents: undefined,
    async fetch(url, init) {
      if (!isReading(url, init.method)) checkEffect();
      budget.take(url);
      return (options.fetch ?? globalThis.fetch)(url, init);
    },
    WebSocket: meteredSocket(options.WebSocket, budget),
  };
}

function isReading(url: string, method = "GET"): boolean {
  return method === "GET" || READING_POSTS.some((path) => new URL(url).pathname.endsWith(path));
}

/** With `fetch`, sockets are requests of the client's fetch, and are counted there. */
function meteredSocket(given: ClientOptions["WebSocket"], budget: Budget): ClientOptions["WebSocket"] {
  if (given === "fetch") return given;
  const Socket = given ?? (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;
  if (Socket === undefined) return undefined;
  return class extends Socket {
    constructor(url: string) {
      budget.take(url);
      super(url);
    }
  };
}
