import type { Archive, ArchiveQuery } from "../persistence/store.ts";
import type { Database, Statement } from "./driver.ts";

// The archive can be rebuilt from the journal, so it is kept in SQLite's own temporary file.
const SCHEMA = `
  CREATE TEMP TABLE archive (
    kind TEXT NOT NULL, place INTEGER NOT NULL, id TEXT NOT NULL, account TEXT NOT NULL, agent TEXT NOT NULL,
    symbol TEXT NOT NULL, side TEXT NOT NULL, status TEXT NOT NULL, time REAL NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (account, kind, place)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX archive_ids ON archive (account, kind, id);
`;
const CHUNK = 500;

export function createArchive(database: Database): Archive {
  database.exec("PRAGMA temp_store = FILE; PRAGMA temp.journal_mode = OFF");
  database.exec(SCHEMA);
  const insert = database.prepare("INSERT OR REPLACE INTO archive VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const find = database.prepare<Row>("SELECT text FROM archive WHERE account = ? AND kind = 'order' AND id = ?");
  const forget = database.prepare("DELETE FROM archive WHERE agent = ?");
  const prepareCount = once((sql) => database.prepare<{ readonly matches: number }>(sql));
  const prepareRows = once((sql) => database.prepare<Row>(sql));
  let trades = 0;

  return {
    put({ kind, place, id, account, agent, symbol, side, status, time, text }) {
      insert.run(kind, place ?? trades++, id, account, agent, symbol, side, status, time, text);
    },
    find: (account, id) => find.get(account, id)?.text,
    page(query, limit, offset) {
      const { where, values } = toCondition(query);
      const count = prepareCount(`SELECT count(*) AS matches FROM archive WHERE ${where}`).get(...values);
      const rows = prepareRows(`SELECT text FROM archive WHERE ${where} ORDER BY place DESC LIMIT ? OFFSET ?`);
      return {
        texts: rows.all(...values, limit, offset).map((row) => row.text),
        matches: count?.matches ?? 0,
      };
    },
    *since(query, time) {
      const { where, values } = toCondition(query);
      const rows = prepareRows(
        `SELECT place, text FROM archive WHERE ${where} AND place > ? AND time >= ? ORDER BY place LIMIT ${CHUNK}`,
      );
      for (let place = -1; ;) {
        const chunk = rows.all(...values, place, Math.max(time, -Number.MAX_VALUE));
        for (const row of chunk) {
          yield row.text;
          place = row.place;
        }
        if (chunk.length < CHUNK) return;
      }
    },
    forget: (agent) => void forget.run(agent),
  };
}

interface Row {
  readonly place: number;
  readonly text: string;
}

/** Prepares each statement once. */
function once<Selected>(prepare: (sql: string) => Statement<Selected>): (sql: string) => Statement<Selected> {
  const prepared = new Map<string, Statement<Selected>>();
  return (sql) => {
    let statement = prepared.get(sql);
    if (statement === undefined) prepared.set(sql, (statement = prepare(sql)));
    return statement;
  };
}

function toCondition(query: ArchiveQuery): { readonly where: string; readonly values: readonly string[] } {
  const names: string[] = [];
  const values: string[] = [];
  for (const name of ["account", "kind", "agent", "symbol", "side", "status"] as const) {
    const value = query[name];
    if (value === undefined) continue;
    names.push(`${name} = ?`);
    values.push(value);
  }
  return { where: names.join(" AND "), values };
}
