import type { Fidelity } from "../base/quirks.ts";
import { storeLedger, type ReplayLedger } from "./ledgers.ts";
import { StoreError, type ExchangeStore, type OpenStore, type Snapshot } from "./store.ts";

/** The parameters that an exchange was created with. Together with its journal they determine its state. */
export interface Origin {
  readonly seed: number;
  readonly fidelity: Fidelity;
  /** See `MarketSource.describe`. */
  readonly market: string;
  /** Unix milliseconds. */
  readonly openedAt: number;
  /** The root key from which its keys are derived; left out, they are derived from the seed. */
  readonly keys?: string | undefined;
  /** How its API keys begin after `ak_live_`, if it is one of several exchanges behind one address. */
  readonly shard?: string | undefined;
}

/** The history of a stored exchange. */
export interface RecoveredState {
  readonly openedAt: number;
  readonly store: OpenStore;
  /** The ways to restore the state, fastest first: from a snapshot, or by replaying the whole journal. */
  readonly openings: readonly Opening[];
  /** The exchange continues no earlier than this. */
  readonly now: number;
  /** Closes the store and saves the time. */
  readonly close: (now: number) => void;
}

/** A snapshot, and the entries after it. */
export interface Opening {
  readonly snapshot: Snapshot | undefined;
  readonly ledger: ReplayLedger;
}

/** An open store, and the origin of its exchange unless the store is new. */
export interface Recovery {
  readonly origin: Origin | undefined;
  /** Initializes a new store, or recovers its exchange. Throws if that was created with other parameters. */
  recover(origin: Origin, insecureKeys?: boolean): RecoveredState;
  close(): void;
}

// Increased when the meaning of entries changes. In format 1, keys are derived from the seed.
const SEEDED_KEYS_FORMAT = 1;
const FORMAT = 2;

export function openRecovery(exchangeStore: ExchangeStore): Recovery {
  const store = exchangeStore.open();
  try {
    const origin = store.origin === undefined ? undefined : parseOrigin(store.origin);
    return {
      origin,
      recover(requested, insecureKeys) {
        if (origin === undefined) {
          store.begin(
            JSON.stringify({ format: requested.keys === undefined ? SEEDED_KEYS_FORMAT : FORMAT, ...requested }),
          );
        } else {
          checkOrigin(origin, requested);
          checkKeys(origin, insecureKeys);
        }
        const { openedAt } = origin ?? requested;
        return {
          openedAt,
          store,
          openings: openingsOf(store),
          now: Math.max(openedAt, store.latest ?? openedAt),
          close(now) {
            store.keepTime?.(now);
            store.close();
          },
        };
      },
      close: () => store.close(),
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

function openingsOf(store: OpenStore): readonly Opening[] {
  const { saved = [], first = 0 } = store.snapshots ?? {};
  const openings: Opening[] = saved.map((snapshot) => ({ snapshot, ledger: storeLedger(store, snapshot.position) }));
  if (first === 0) openings.push({ snapshot: undefined, ledger: storeLedger(store) });
  if (openings.length === 0)
    throw new StoreError("the store is damaged: it has no intact snapshot, and its journal has been compacted");
  return openings;
}

function parseOrigin(text: string): Origin {
  const { format, ...origin } = parseJson(text);
  if (format !== FORMAT && format !== SEEDED_KEYS_FORMAT)
    throw new StoreError(`the store has format ${String(format)}, but this version only reads formats up to ${FORMAT}`);
  if (format === FORMAT && !/^[0-9a-f]{64}$/.test(origin.keys ?? ""))
    throw new StoreError("the store is damaged: its root key is missing");
  return origin;
}

function parseJson(text: string): Origin & { readonly format: unknown } {
  try {
    return JSON.parse(text) as Origin & { readonly format: unknown };
  } catch {
    // The parser's own message would quote the text, which contains the root key.
    throw new StoreError("the store is damaged: the origin of its exchange is not valid JSON");
  }
}

function checkOrigin(stored: Origin, requested: Origin): void {
  for (const name of ["seed", "fidelity", "market"] as const) {
    if (stored[name] === requested[name]) continue;
    throw new StoreError(
      `the store belongs to an exchange with ${name} ${truncate(stored[name])}, not ${truncate(requested[name])}`,
    );
  }
}

function checkKeys({ keys }: Origin, insecureKeys: boolean | undefined): void {
  if (insecureKeys === true && keys !== undefined)
    throw new StoreError("the store has random keys, so insecureKeys must not be true");
  if (insecureKeys === false && keys === undefined) {
    throw new StoreError(
      "the store's keys are derived from its seed, so anyone who has one can compute all others. Use the store only where nobody else has a key, or create a new store.",
    );
  }
}

function truncate(value: string | number): string {
  const text = String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
