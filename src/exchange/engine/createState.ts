import type { ExchangeClock } from "../time/clock.ts";
import type { Quirks } from "../base/quirks.ts";
import { createJournal, memoryLedger, type Ledger } from "../persistence/journal.ts";
import type { Market } from "../market/market.ts";
import { secureKeys, type KeyStream } from "../base/keys.ts";
import { randomStream, type RandomStream } from "../base/random.ts";
import { createTable } from "../collections/copyValue.ts";
import { Tree } from "../collections/tree.ts";
import type { SavedState } from "./savedState.ts";
import type { ExchangeState, World } from "./state.ts";
import { createBooks } from "./trading/books.ts";

/** Where a state comes from. */
export interface StateSource {
  /** Default: random keys. */
  readonly keys?: KeyStream | undefined;
  /** Default: memory. */
  readonly ledger?: Ledger | undefined;
  /** Default: an empty state. */
  readonly saved?: SavedState | undefined;
  /** See `ExchangeState.shard`. */
  readonly shard?: string | undefined;
}

export function createExchangeState(
  clock: ExchangeClock,
  market: Market,
  quirks: Quirks,
  seed: number,
  source: StateSource = {},
): ExchangeState {
  const { keys = secureKeys(), ledger = memoryLedger(false), saved, shard = "" } = source;
  const ids = randomStream(seed, "ids");
  // Shards have one seed, but their ids must differ, and 32 bits of a seed are too few for many shards.
  if (shard !== "") ids.restore(wordsOf(keys.derive("ids")));
  if (saved !== undefined) {
    ids.restore(saved.ids);
    keys.restore(saved.keys);
  }
  const state: ExchangeState = {
    clock,
    market,
    quirks,
    now: clock.now(),
    openedAt: clock.now(),
    keys: countDraws(keys),
    ids: countDraws(ids),
    shard,
    revision: 0,
    replaying: false,
    journal: createJournal(ledger),
    orderChanged: undefined,
    deliveryPosted: undefined,
    ...(saved?.world ?? createWorld(clock.now())),
  };
  return state;

  function countDraws<Stream extends RandomStream>(stream: Stream): Stream {
    return {
      ...stream,
      bits() {
        state.revision++;
        return stream.bits();
      },
    };
  }
}

function wordsOf(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return [0, 4, 8, 12].map((offset) => view.getUint32(offset));
}

function createWorld(openedAt: number): World {
  return {
    counters: { orders: 0, trades: 0, done: openedAt, expired: openedAt },
    accounts: createTable(),
    accountsByKey: new Tree(),
    accountsByEmail: new Tree(),
    agents: createTable(),
    agentsByKey: new Tree(),
    tokens: new Tree(),
    tokensByAge: new Tree(),
    books: createBooks(),
    parts: new Map(),
  };
}
