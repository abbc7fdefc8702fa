import { invalid, parseOrderIntent, type OrderIntent } from "../endpoints/index.ts";

/**
 * Stores intents, the records of orders, until their outcome is known, so that they survive a crash of the process. Each
 * method may be asynchronous.
 */
export interface IntentStore {
  /** Stores an intent, or replaces the one with the same id. The order is sent only after this has succeeded. */
  put(intent: OrderIntent): Promise<void> | void;
  /** Removes an intent. Does nothing if it does not exist. */
  delete(id: string): Promise<void> | void;
  /** Returns all stored intents. */
  list(): Promise<readonly OrderIntent[]> | readonly OrderIntent[];
}

/** The members of `Storage` that {@link webStorage} uses. */
export interface StorageLike {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Stores intents in memory: they survive the client, but not the process.
 *
 * @example
 * ```ts
 * const intents = memoryIntents();
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", intents });
 * console.log((await trader.unresolvedOrders()).length); // 0
 * ```
 */
export function memoryIntents(): IntentStore {
  const intents = new Map<string, OrderIntent>();
  return {
    put: (intent) => void intents.set(intent.id, intent),
    delete: (id) => void intents.delete(id),
    list: () => [...intents.values()],
  };
}

const PREFIX = "agentexchange.intent.";

/**
 * Stores intents in a `Storage`, such as a page's `localStorage`, under keys that start with `agentexchange.intent.`.
 *
 * @example
 * ```ts
 * const values = new Map<string, string>();
 * const storage = {
 *   get length() { return values.size; },
 *   key: (index: number) => [...values.keys()][index] ?? null,
 *   getItem: (key: string) => values.get(key) ?? null,
 *   setItem: (key: string, value: string) => void values.set(key, value),
 *   removeItem: (key: string) => void values.delete(key),
 * }; // in a page: localStorage
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", intents: webStorage(storage) });
 * console.log((await trader.unresolvedOrders()).length); // 0
 * ```
 */
export function webStorage(storage: StorageLike): IntentStore {
  if (typeof (storage as StorageLike | null | undefined)?.setItem !== "function")
    throw invalid("webStorage", [{ field: "storage", message: "must be a Storage, such as a page's localStorage" }]);
  return {
    put: (intent) => storage.setItem(PREFIX + intent.id, JSON.stringify(intent)),
    delete: (id) => storage.removeItem(PREFIX + id),
    list() {
      const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
      return keys
        .filter((key) => key.startsWith(PREFIX))
        .map((key) => parseOrderIntent(JSON.parse(storage.getItem(key) ?? "null")));
    },
  };
}
