import { encode, type Pages } from "../collections/codec.ts";
import type { NodeReader } from "../collections/treeNode.ts";
import type { ReplayLedger } from "./ledgers.ts";
import type { OpenStore, SnapshotStore } from "./store.ts";

/** What becomes a snapshot. */
export interface SnapshotSource {
  /** A copy of everything that a snapshot contains. */
  copy(): unknown;
  /** Drops from memory what has been written. */
  unload(): void;
}

/** Writes snapshots of a stored exchange, piece by piece. */
export interface SnapshotWriter {
  /** Continues the current snapshot, or begins one if enough entries have been added. Call it between requests. */
  readonly step: () => void;
  /** Number of entries that the newest snapshot does not contain. */
  readonly behind: number;
  /** Completes a snapshot of the current state. */
  finish(): void;
  /** Keeps all pages from now on, since a fork may read them. */
  keepPages(): void;
}

/** Entries after which a snapshot begins, unless the host decides: opening replays hardly more than these. */
const ENTRIES = 1000;
/** Pages that a step writes at most, so that no request waits for long. */
const PAGES_PER_STEP = 20;

export function createSnapshotWriter(
  store: OpenStore,
  { snapshots, pages, takeReplaced, isDamaged }: TrackedPages,
  source: SnapshotSource,
  isCompact: boolean,
  entries: number = ENTRIES,
): SnapshotWriter {
  let last = snapshots.saved[0]?.position ?? 0;
  let current:
    | {
        readonly position: number;
        readonly steps: Generator<undefined, unknown>;
        readonly replaced: readonly Replaced[];
      }
    | undefined;
  let keepsPages = false;

  function begin(): NonNullable<typeof current> {
    const value = source.copy();
    return (current = { position: store.length, steps: encode(value, pages), replaced: takeReplaced() });
  }

  function complete(json: unknown): void {
    if (current === undefined) return;
    const { position, replaced } = current;
    const unused = keepsPages ? [] : replaced.flatMap(({ page }) => page ?? []);
    snapshots.save({ position, text: JSON.stringify(json) }, unused);
    if (isCompact) snapshots.drop(last);
    last = position;
    current = undefined;
    source.unload();
  }

  function run(maxPages: number): void {
    const { steps } = current ?? begin();
    for (let written = 0; written < maxPages; written++) {
      const step = steps.next();
      if (step.done === true) return complete(step.value);
    }
  }

  return {
    step() {
      if (isDamaged()) return;
      if (current !== undefined || store.length - last >= entries) run(PAGES_PER_STEP);
    },
    get behind() {
      return store.length - last;
    },
    finish() {
      if (isDamaged()) {
        // The next opening replays the journal, if that is complete.
        if (snapshots.first === 0) for (const { position } of snapshots.saved) snapshots.discard(position);
        return;
      }
      if (current !== undefined) run(Number.POSITIVE_INFINITY);
      if (store.length > last) run(Number.POSITIVE_INFINITY);
    },
    keepPages() {
      keepsPages = true;
    },
  };
}

/** A node that has been replaced by a copy. It may not have been written yet. */
interface Replaced {
  readonly page: number | undefined;
}

/** The pages of a store, with the nodes that have been replaced since the last snapshot began. */
export interface TrackedPages {
  readonly snapshots: SnapshotStore;
  readonly pages: Pages;
  readonly reader: NodeReader;
  readonly takeReplaced: () => readonly Replaced[];
  /** Whether a page could not be read. */
  readonly isDamaged: () => boolean;
}

export function trackPages(
  snapshots: SnapshotStore,
  ledger: Pick<ReplayLedger, "stop">,
  createReader: (pages: Pages, replaced: (node: Replaced) => void) => NodeReader,
): TrackedPages {
  let isDamaged = false;
  const pages: Pages = {
    read(page) {
      try {
        return snapshots.readPage(page);
      } catch (error) {
        isDamaged = true;
        ledger.stop(error);
        throw error;
      }
    },
    write: (text) => snapshots.writePage(text),
  };
  let replaced: Replaced[] = [];
  return {
    snapshots,
    pages,
    reader: createReader(pages, (node) => void replaced.push(node)),
    takeReplaced() {
      const taken = replaced;
      replaced = [];
      return taken;
    },
    isDamaged: () => isDamaged,
  };
}
