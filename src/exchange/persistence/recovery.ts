import type { ExchangeClock } from "../time/clock.ts";
import type { Fidelity } from "../base/quirks.ts";
import type { Journal } from "./journal.ts";
import { forkLedger, storeLedger, type ReplayLedger } from "./ledgers.ts";
import { StoreError, type Archive, type ExchangeStore } from "./store.ts";

/** What an exchange is made from: with its journal, all that there is to know of it. */
export interface Origin {
  readonly seed: number;
  readonly fidelity: Fidelity;
  /** See `MarketSource.describe`. */
  readonly market: string;
  /** Unix milliseconds. */
  readonly openedAt: number;
  /** What its keys come from; left out, they come from the seed. */
  readonly keys?: string | undefined;
}

/** An exchange's life so far. */
export interface RecoveredState {
  readonly openedAt: number;
  readonly ledger: ReplayLedger;
  readonly archive: Archive | undefined;
  /** Time does not stand before this when it goes on. */
  readonly now: number;
  /** A copy reaches nobody outside. */
  readonly isFork: boolean;
  /** Ends it at a time. */
  close(now: number): void;
}

/** An open store and what is written of its exchange's making, if anything is. */
export interface Recovery {
  readonly origin: Origin | undefined;
  /** Begins, or goes on with, the life of an exchange; fails when it was made from something else. */
  recover(origin: Origin, insecureKeys?: boolean): RecoveredState;
  close(): void;
}

// Grows when entries come to mean something else. In the first one, keys come from the seed.
const SEEDED_KEYS = 1;
const FORMAT = 2;

export function openRecovery(exchangeStore: ExchangeStore): Recovery {
  const store = exchangeStore.open();
  try {
    const origin = store.origin === undefined ? undefined : originOf(store.origin);
    return {
      origin,
      recover(asked, insecureKeys) {
        if (origin === undefined) {
          store.begin(JSON.stringify({ format: asked.keys === undefined ? SEEDED_KEYS : FORMAT, ...asked }));
        } else {
          compare(origin, asked);
          compareKeys(origin, insecureKeys);
        }
        const { openedAt } = origin ?? asked;
        return {
          openedAt,
          ledger: storeLedger(store),
          archive: store.archive,
          now: Math.max(openedAt, store.latest ?? openedAt),
          isFork: false,
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

/** The past of a copy of an exchange. */
export function recoverFork(journal: Journal, openedAt: number, clock: ExchangeClock): RecoveredState {
  return {
    openedAt,
    ledger: forkLedger(journal),
    archive: undefined,
    now: clock.now(),
    isFork: true,
    close: () => {},
  };
}

function originOf(text: string): Origin {
  const { format, ...origin } = parsed(text);
  if (format !== FORMAT && format !== SEEDED_KEYS)
    throw new StoreError(`the store has format ${String(format)}, but this version reads formats up to ${FORMAT} only`);
  if (format === FORMAT && !/^[0-9a-f]{64}$/.test(origin.keys ?? ""))
    throw new StoreError("the store does not say what its exchange's keys come from: it is damaged");
  return origin;
}

function parsed(text: string): Origin & { readonly format: unknown } {
  try {
    return JSON.parse(text) as Origin & { readonly format: unknown };
  } catch {
    // The parser's own message would quote the text, and with it what keys come from.
    throw new StoreError("what the store says of its exchange cannot be read");
  }
}

function compare(stored: Origin, asked: Origin): void {
  for (const name of ["seed", "fidelity", "market"] as const) {
    if (stored[name] === asked[name]) continue;
    throw new StoreError(
      `the store belongs to an exchange with ${name} ${shortened(stored[name])}, not ${shortened(asked[name])}`,
    );
  }
}

function compareKeys({ keys }: Origin, insecureKeys: boolean | undefined): void {
  if (insecureKeys === true && keys !== undefined)
    throw new StoreError("the store's keys are random, so they cannot come from the seed: leave insecureKeys out");
  if (insecureKeys === false && keys === undefined) {
    throw new StoreError(
      "the store's keys come from its seed, so whoever has one can compute all others: use it where nobody else has a key, or begin a new store",
    );
  }
}

function shortened(value: string | number): string {
  const text = String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
