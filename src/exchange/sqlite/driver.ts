/** The part of a runtime's SQLite interface that the store uses. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

type Value = string | number | null;

export interface Statement {
  run(...values: readonly Value[]): unknown;
  /** The first row; undefined if there is none. */
  get(...values: readonly Value[]): unknown;
  all(...values: readonly Value[]): readonly unknown[];
}

type Open = (path: string) => Database;

/** The part of Bun's interface that differs from Node's. */
interface BunDatabase extends Database {
  prepare(sql: string): Statement & { finalize(): void };
}

/** The runtime's own SQLite: `bun:sqlite`, or else `node:sqlite`, which Deno has too. */
async function loadDriver(): Promise<Open> {
  if (!("Bun" in globalThis)) {
    const { DatabaseSync } = await import("node:sqlite");
    return (path) => new DatabaseSync(path);
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
    prepare(sql) {
      const statement = database.prepare(sql);
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
