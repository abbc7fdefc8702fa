import type { SqlDatabase } from "../bots/index.ts";

/** The database of an object. Its functions must be called as methods, so they are wrapped. */
export function databaseOf(storage: DurableObjectStorage): SqlDatabase {
  return {
    exec: (query, ...bindings) => storage.sql.exec(query, ...bindings),
    transactionSync: (work) => storage.transactionSync(work),
  };
}
