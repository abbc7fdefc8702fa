import { generateRootKey, insecureKeys, secureKeys, type KeyStream } from "./base/keys.ts";
import { unloadValue } from "./collections/copyValue.ts";
import { createStateReader, readState } from "./engine/readState.ts";
import { replay, type ReplayTarget } from "./engine/replay.ts";
import { canSave, saveState, worldOf, type SavedState } from "./engine/savedState.ts";
import type { ExchangeState } from "./engine/state.ts";
import type { Market } from "./market/market.ts";
import { resolveOptions, type ExchangeOptions, type ResolvedOptions } from "./options.ts";
import type { Ledger } from "./persistence/journal.ts";
import { openRecovery, type RecoveredState } from "./persistence/recovery.ts";
import { createSnapshotWriter, trackPages, type SnapshotWriter } from "./persistence/snapshots.ts";
import type { ExchangeStore } from "./persistence/store.ts";

/** What an exchange starts from. */
export interface Start {
  readonly keys: KeyStream;
  readonly ledger: Ledger;
  /** Default: an empty state. */
  readonly saved?: SavedState | undefined;
  /** Default: now. */
  readonly openedAt?: number;
  /** The exchange continues no earlier than this. */
  readonly now?: number;
  readonly stored?: Stored;
  /** See `ExchangeState.shard`. */
  readonly shard?: string | undefined;
}

/** One of several exchanges behind one address. */
export interface Shard {
  /** How its API keys begin after `ak_live_`. */
  readonly id: string;
  /** 256 bits in hex, from which its keys and ids are derived. */
  readonly rootKey: string;
}

/** Where an exchange is kept. */
export interface Stored {
  /** Replays what the snapshot does not contain. Returns the time of the latest entry, if there is one. */
  readonly replay: (target: ReplayTarget) => number | undefined;
  /** Undefined if the store keeps no snapshots, or the state cannot be saved. */
  readonly openSnapshots: (state: ExchangeState) => SnapshotWriter | undefined;
  /** Closes the store and saves the time. */
  readonly close: (now: number) => void;
}

/** What a server that puts its exchange to sleep decides about its store. */
export interface StoredHost {
  /** The shard of a new exchange. */
  readonly shard: Shard | undefined;
  /** Opening replays hardly more entries than these. */
  readonly entriesPerSnapshot: number;
}

/** Opens an exchange from its store, or a new one in it. */
export function openFromStore<M extends Market, Opened>(
  store: ExchangeStore,
  options: ExchangeOptions<M>,
  host: StoredHost | undefined,
  open: (options: ResolvedOptions<M>, start: Start) => Opened,
): Opened {
  const recovery = openRecovery(store);
  try {
    const { origin } = recovery;
    const resolved = resolveOptions(options, origin ?? {});
    const { seed, fidelity, market, clock } = resolved;
    const root =
      origin === undefined && resolved.insecureKeys !== true
        ? (host?.shard?.rootKey ?? generateRootKey())
        : origin?.keys;
    const recovered = recovery.recover(
      {
        seed,
        fidelity,
        market: market.describe?.() ?? "custom",
        openedAt: clock.now(),
        keys: root,
        shard: host?.shard?.id,
      },
      resolved.insecureKeys,
    );
    const createKeys = (): KeyStream => (root === undefined ? insecureKeys(seed) : secureKeys(root));
    const { shard: id } = origin ?? { shard: host?.shard?.id };
    return openNewest(recovered, createKeys, resolved.journal === "compact", host?.entriesPerSnapshot, (start) =>
      open(resolved, { ...start, shard: id }),
    );
  } catch (error) {
    recovery.close();
    throw error;
  }
}

/** Opens the newest snapshot that proves intact, or else replays the whole journal. */
function openNewest<Opened>(
  { openedAt, store, openings, now, close }: RecoveredState,
  createKeys: () => KeyStream,
  isCompact: boolean,
  entries: number | undefined,
  open: (start: Start) => Opened,
): Opened {
  const damaged: number[] = [];
  let failure: unknown;
  for (const { snapshot, ledger } of openings) {
    try {
      const pages = store.snapshots && trackPages(store.snapshots, ledger, createStateReader);
      const saved = snapshot && pages && readState(snapshot.text, pages.reader);
      const openSnapshots = (state: ExchangeState): SnapshotWriter | undefined => {
        if (pages === undefined || !canSave(state)) return undefined;
        const source = {
          copy: () => saveState(state),
          unload: () => unloadValue([worldOf(state), state.market.save?.()], pages.reader),
        };
        return createSnapshotWriter(store, pages, source, isCompact, entries);
      };
      const stored = { replay: (target: ReplayTarget) => replay(target, ledger), openSnapshots, close };
      const opened = open({
        keys: createKeys(),
        ledger,
        saved,
        openedAt,
        now: Math.max(now, saved?.now ?? now),
        stored,
      });
      // If nothing opens, the reason may be another one, such as another market: then all snapshots are kept.
      for (const position of damaged) store.snapshots?.discard(position);
      return opened;
    } catch (error) {
      if (snapshot !== undefined) damaged.push(snapshot.position);
      failure = error;
    }
  }
  throw failure;
}
