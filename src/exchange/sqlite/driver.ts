/** The part of a runtime's SQLite interface that the store uses. */
export interface Database {
  exec(sql: string): void;
  /** `Row` has the columns that the statement selects. */
  prepare<Row>(sql: string): Statement<Row>;
  close(): void;
}

type Value = string | number | null;

export interface Statement<Row> {
  run(...values: readonly Value[]): unknown;
  /** The first row; undefined if there is none. */
  get(...values: readonly Value[]): Row | undefined;
  all(...values: readonly Value[]): readonly Row[];
}

type Open = (path: string) => Database;

/** The part of Bun's interface that differs from Node's. */
interface BunDatabase extends Database {
  prepare<Row>(sql: string): Statement<Row> & { finalize(): void };
}

/** The runtime's own SQLite: `bun:sqlite`, or else `node:sqlite`, which Deno has too. */
async function loadDriver(): Promise<Open> {
  if (!("Bun" in globalThis)) {
    const { DatabaseSync } = await import("node:sqlite");
    // Node does not know which columns a statement selects. Each caller of `prepare` states them.
    return (path) => new DatabaseSync(path) as Database;
  }
  // In a variable, so that no other runtime or bundler resolves it.
  const name = "bun:sqlite";
  const { Database: BunSqlite } = (await import(name)) as { readonly Database: new (path: string) => BunDatabase };
  return (path) => adaptBun(new BunSqlite(path));
}

/** Adapts Bun: it returns null for no row, and keeps a closed database open while it has statements. */
function adaptBun(database: BunDatabase): Database {
  const statements: { finalize(): void }[] = [];
  return {
    exec: (sql) => database.exec(sql),
    prepare<Row>(sql: string): Statement<Row> {
      const statement = database.prepare<Row>(sql);
      statements.push(statement);
      return {
        run: (...values) => statement.run(...values),
        get: (...values) => statement.get(...values) ?? undefined,
        all: (...values) => statement.all(...values),
      };
    },
    close() {
      for (const statement of statements) statement.finalize();
      database.close();
    },
  };
}

export const openDatabase: Open = await loadDriver();
