import type { Tables } from "./tables.ts";

interface Run {
  readonly time: number;
  readonly cron: string;
  readonly record: string;
}

/** Tables in memory, which can be copied. */
export interface MemoryTables extends Tables {
  copy(): MemoryTables;
}

interface Rows {
  readonly values: ReadonlyMap<string, string>;
  readonly runs: readonly Run[];
  readonly entries: readonly string[];
  readonly firstSeq: number;
  readonly checkpoint: string | undefined;
}

const NO_ROWS: Rows = { values: new Map(), runs: [], entries: [], firstSeq: 1, checkpoint: undefined };

/**
 * Tables in memory. Writing to them cannot fail, so there is nothing to roll back.
 *
 * @param slack entries are trimmed only when they are this many too long, since moving the rest takes time
 */
export function memoryTables(slack: number, rows: Rows = NO_ROWS): MemoryTables {
  const values = new Map(rows.values);
  const runs = [...rows.runs];
  const entries = [...rows.entries];
  let { firstSeq, checkpoint } = rows;
  return {
    copy: () => memoryTables(slack, { values, runs, entries, firstSeq, checkpoint }),
    transact: (work) => work(),
    get: (name) => values.get(name),
    set: (name, value) => void values.set(name, value),
    hasRun: (time, cron) => runs.some((run) => run.time === time && run.cron === cron),
    addRun: (_fence, time, cron, record) => void runs.push({ time, cron, record }),
    trimRuns: (keep) => void runs.splice(0, Math.max(0, runs.length - keep)),
    runs: (limit) => (limit <= 0 ? [] : runs.slice(-limit).toReversed()).map(({ record }) => record),
    lastEntry: () => entries.at(-1),
    lastCheckpoint: () => checkpoint,
    entries(after, limit) {
      const start = Math.max(0, after + 1 - firstSeq);
      return entries.slice(start, start + limit);
    },
    addEntry(_seq, isCheckpoint, entry) {
      entries.push(entry);
      if (isCheckpoint) checkpoint = entry;
    },
    trimEntries(before) {
      if (before - firstSeq < slack) return;
      entries.splice(0, before - firstSeq);
      firstSeq = before;
    },
  };
}
