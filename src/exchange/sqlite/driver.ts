/** What a store needs of a runtime's SQLite. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

type Value = string | number | null;

export interface Statement {
  run(...values: readonly Value[]): unknown;
  /** Undefined when there is no row. */
  get(...values: readonly Value[]): unknown;
  all(...values: readonly Value[]): readonly unknown[];
}

type Open = (path: string) => Database;

/** The part of Bun's interface that differs from Node's. */
interface BunDatabase extends Database {
  prepare(sql: string): Statement & { finalize(): void };
}

/** The runtime's own: Bun's, or else Node's, which Deno has too. */
async function runtimeDatabase(): Promise<Open> {
  if (!("Bun" in globalThis)) {
    const { DatabaseSync } = await import("node:sqlite");
    return (path) => new DatabaseSync(path);
  }
  // A name that no other runtime and no bundler looks up.
  const name = "bun:sqlite";
  const { Database: BunSqlite } = (await import(name)) as { readonly Database: new (path: string) => BunDatabase };
  return (path) => closing(new BunSqlite(path));
}

/** Bun keeps a closed database open as long as there are statements of it, and has null for no row. */
function closing(database: BunDatabase): Database {
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

export const openDatabase: Open = await runtimeDatabase();
