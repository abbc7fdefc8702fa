import { invalid, parseOrderIntent, type OrderIntent } from "../endpoints/index.ts";
import { AgentExchangeError } from "../errors/index.ts";

/**
 * Where intents are kept while their outcome is unknown, so that they outlive the process. Each method may be
 * asynchronous.
 */
export interface IntentStore {
  /** Stores an intent, or replaces the one with the same id. The order is sent only after this has succeeded. */
  put(intent: OrderIntent): Promise<void> | void;
  /** Removes an intent; does nothing if there is none. */
  delete(id: string): Promise<void> | void;
  /** All intents that are stored. */
  list(): Promise<readonly OrderIntent[]> | readonly OrderIntent[];
}

/** What {@link webStorage} needs of a `Storage`. */
export interface StorageLike {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Keeps intents in memory: they outlive a client, not the process.
 *
 * @example
 * ```ts
 * const intents = memoryIntents();
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", intents });
 * console.log((await trader.unresolvedOrders()).length); // 0
 * ```
 */
export function memoryIntents(): IntentStore {
  const kept = new Map<string, OrderIntent>();
  return {
    put: (intent) => void kept.set(intent.id, intent),
    delete: (id) => void kept.delete(id),
    list: () => [...kept.values()],
  };
}

const PREFIX = "agentexchange.intent.";

/**
 * Keeps intents in a `Storage`, such as a page's `localStorage`, under keys that begin with `agentexchange.intent.`.
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

/** The error of an order that was not sent since its intent could not be stored. */
export function notStored(name: string, attempts: number, cause: unknown): AgentExchangeError {
  return new AgentExchangeError(`${name}: the intent store failed, so the order was not sent.`, {
    code: "INTENT_STORE_FAILED",
    attempts,
    cause,
    hint: "The error's cause is the store's own.",
  });
}

/** 32 bits of a key of hundreds: enough to notice another key, too few to find one. */
export function checksum(key: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01_00_01_93);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** A random UUID (version 4). Unlike `crypto.randomUUID`, it exists on pages that are served over plain http. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
