/** Where a {@link BotStore} keeps its rows, as JSON. What `transact` runs is written wholly or not at all. */
export interface Tables {
  transact<T>(work: () => T): T;
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  hasRun(time: number, cron: string): boolean;
  addRun(fence: number, time: number, cron: string, record: string): void;
  /** Drops all runs but the latest ones. */
  trimRuns(keep: number): void;
  /** Newest first. */
  runs(limit: number): readonly string[];
  lastEntry(): string | undefined;
  lastCheckpoint(): string | undefined;
  entries(after: number, limit: number): readonly string[];
  addEntry(seq: number, isCheckpoint: boolean, entry: string): void;
  /** Drops the entries before this one. */
  trimEntries(before: number): void;
}
