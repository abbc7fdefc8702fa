import type { OrderRecord, OrderRecords } from "../gateway/index.ts";
import type { SignatureRecords } from "../gateway/signatureMemory.ts";

export function createGatewayTables(sql: SqlStorage): void {
  sql.exec(`
    CREATE TABLE IF NOT EXISTS orders (
      id TEXT PRIMARY KEY, caller TEXT NOT NULL, created INTEGER NOT NULL, likeness TEXT NOT NULL,
      answered INTEGER NOT NULL, order_id TEXT, record TEXT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS orders_open ON orders (answered, created);
    CREATE INDEX IF NOT EXISTS orders_caller ON orders (caller, created);
    CREATE INDEX IF NOT EXISTS orders_alike ON orders (likeness) WHERE order_id IS NOT NULL;
    CREATE TABLE IF NOT EXISTS signatures (signature TEXT PRIMARY KEY, valid_until INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS signatures_expiry ON signatures (valid_until);
    CREATE TABLE IF NOT EXISTS forgotten (id INTEGER PRIMARY KEY CHECK (id = 0), until INTEGER NOT NULL);
  `);
}

/** Orders in SQLite. */
export function sqlRecords(storage: DurableObjectStorage): OrderRecords {
  const { sql } = storage;
  const read = (rows: Iterable<{ readonly record: string }>): OrderRecord[] =>
    Array.from(rows, ({ record }) => JSON.parse(record) as OrderRecord);
  return {
    get: (id) => read(sql.exec<{ record: string }>("SELECT record FROM orders WHERE id = ?", id))[0],
    put(record) {
      const { id, caller, createdAt, likeness, answer } = record;
      sql.exec(
        "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)",
        id,
        caller,
        createdAt,
        likeness,
        answer === null ? 0 : 1,
        answer?.orderId ?? null,
        JSON.stringify(record),
      );
      // The platform holds back what an object sends until its writes are on disk; this also covers an upstream inside it.
      return storage.sync();
    },
    delete: (id) => void sql.exec("DELETE FROM orders WHERE id = ?", id),
    unanswered: () =>
      read(sql.exec<{ record: string }>("SELECT record FROM orders WHERE answered = 0 ORDER BY created")),
    orderIds: (likeness) =>
      Array.from(
        sql.exec<{ order_id: string }>(
          "SELECT order_id FROM orders WHERE likeness = ? AND order_id IS NOT NULL",
          likeness,
        ),
        ({ order_id: id }) => id,
      ),
    prune(before, caller, max) {
      sql.exec("DELETE FROM orders WHERE answered = 1 AND created <= ?", before);
      sql.exec(
        `DELETE FROM orders WHERE answered = 1 AND caller = ? AND created <=
          (SELECT created FROM orders WHERE caller = ? ORDER BY created DESC LIMIT 1 OFFSET ?)`,
        caller,
        caller,
        max,
      );
    },
  };
}

/** Signatures in SQLite. */
export function sqlSignatures(sql: SqlStorage): SignatureRecords {
  let size = sql.exec<{ count: number }>("SELECT count(*) AS count FROM signatures").one().count;
  let forgottenUntil = sql.exec<{ until: number }>("SELECT until FROM forgotten").toArray()[0]?.until ?? -Infinity;
  return {
    add(signature, validUntil) {
      const { rowsWritten } = sql.exec("INSERT OR IGNORE INTO signatures VALUES (?, ?)", signature, validUntil);
      if (rowsWritten === 0) return false;
      size++;
      return true;
    },
    forget(before) {
      const gone = sql
        .exec<{ signature: string }>("DELETE FROM signatures WHERE valid_until < ? RETURNING signature", before)
        .toArray().length;
      size -= gone;
      return gone > 0;
    },
    get size() {
      return size;
    },
    get forgottenUntil() {
      return forgottenUntil;
    },
    set forgottenUntil(until) {
      forgottenUntil = until;
      sql.exec("INSERT OR REPLACE INTO forgotten VALUES (0, ?)", until);
    },
  };
}
