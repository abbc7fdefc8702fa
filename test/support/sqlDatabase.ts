import { DatabaseSync } from "node:sqlite";
import type { SqlDatabase } from "../../src/bots/index.ts";

/** A database with the functions of a Durable Object's storage. */
export function sqlDatabase(path = ":memory:"): SqlDatabase & { close(): void } {
  const database = new DatabaseSync(path);
  return {
    exec: (query, ...bindings) => database.prepare(query).all(...bindings) as never,
    transactionSync(work) {
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => database.close(),
  };
}
