import type { FillEntry } from "../exchange/index.ts";

/** A filled order; amounts are decimal strings. */
export interface AuditFill {
  readonly tradeId: string;
  readonly accountId: string;
  readonly agentId: string;
  readonly orderId: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  /** What a sale has earned; null for a purchase. */
  readonly pnl: string | null;
  /** Unix milliseconds. */
  readonly time: number;
}

/** What an account is worth, and how it ranks; amounts are decimal strings. */
export interface AuditAccount {
  readonly accountId: string;
  readonly displayName: string;
  /** In USDT. */
  readonly equity: string;
  /** As on the leaderboard, in percent. */
  readonly roiPct: string;
  /** As on the leaderboard, by period. */
  readonly sharpe: Readonly<Record<string, string>>;
  /** Unix milliseconds. */
  readonly time: number;
}

/** A message of `EXCHANGE_QUEUE`: at most 100 fills, and the accounts that they belong to. */
export interface AuditBatch {
  readonly fills: readonly AuditFill[];
  readonly accounts: readonly AuditAccount[];
}

/**
 * The tables that {@link createAuditConsumer} writes, as a migration of D1. An account's row is the newest report; fills
 * and equity are kept for ever.
 */
export const AUDIT_SCHEMA: string = `CREATE TABLE exchange_fills (
  trade_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, agent_id TEXT NOT NULL, order_id TEXT NOT NULL,
  symbol TEXT NOT NULL, side TEXT NOT NULL, quantity TEXT NOT NULL, price TEXT NOT NULL, fee TEXT NOT NULL,
  pnl TEXT, time INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX exchange_closed ON exchange_fills (account_id, time) WHERE pnl IS NOT NULL;
CREATE TABLE exchange_accounts (
  account_id TEXT PRIMARY KEY, display_name TEXT NOT NULL, equity TEXT NOT NULL, roi_pct TEXT NOT NULL,
  roi REAL NOT NULL, sharpe TEXT NOT NULL, time INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX exchange_ranks ON exchange_accounts (roi DESC, account_id);
CREATE TABLE exchange_equity (
  account_id TEXT NOT NULL, time INTEGER NOT NULL, equity TEXT NOT NULL, PRIMARY KEY (account_id, time)
) WITHOUT ROWID;`;

// One statement for all records of a message, however many they are: D1 counts statements.
const WRITE_FILLS = `INSERT INTO exchange_fills
  SELECT value ->> 'tradeId', value ->> 'accountId', value ->> 'agentId', value ->> 'orderId', value ->> 'symbol',
    value ->> 'side', value ->> 'quantity', value ->> 'price', value ->> 'fee', value ->> 'pnl', value ->> 'time'
  FROM json_each(?) WHERE true ON CONFLICT (trade_id) DO NOTHING`;
const WRITE_EQUITY = `INSERT INTO exchange_equity
  SELECT value ->> 'accountId', value ->> 'time', value ->> 'equity' FROM json_each(?) WHERE true ON CONFLICT (account_id, time) DO NOTHING`;
const WRITE_ACCOUNTS = `INSERT INTO exchange_accounts
  SELECT value ->> 'accountId', value ->> 'displayName', value ->> 'equity', value ->> 'roiPct',
    CAST(value ->> 'roiPct' AS REAL), value -> 'sharpe', value ->> 'time'
  FROM json_each(?) WHERE true
  ON CONFLICT (account_id) DO UPDATE SET
    display_name = excluded.display_name, equity = excluded.equity, roi_pct = excluded.roi_pct, roi = excluded.roi,
    sharpe = excluded.sharpe, time = excluded.time
  WHERE excluded.time > exchange_accounts.time`;

/** Writes the messages of a queue. */
export type AuditConsumer = (
  batch: MessageBatch<AuditBatch>,
  env: { readonly EXCHANGE_DB: D1Database },
) => Promise<void>;

/**
 * Creates the `queue` handler that writes what {@link ExchangeObject | exchange objects} report to D1. A message may come
 * twice or late: fills are written once, and an account's row is never replaced by an older one. A message that cannot be
 * written is delivered again.
 *
 * @example
 * ```ts
 * export default { fetch: createExchangeRouter(), queue: createAuditConsumer() };
 * ```
 */
export function createAuditConsumer(): AuditConsumer {
  return async ({ messages }, { EXCHANGE_DB }) => {
    for (const message of messages) {
      try {
        const { fills, accounts } = message.body;
        const reports = JSON.stringify(accounts);
        await EXCHANGE_DB.batch([
          EXCHANGE_DB.prepare(WRITE_FILLS).bind(JSON.stringify(fills)),
          EXCHANGE_DB.prepare(WRITE_EQUITY).bind(reports),
          EXCHANGE_DB.prepare(WRITE_ACCOUNTS).bind(reports),
        ]);
        message.ack();
      } catch {
        // The queue delivers it again, and after its last attempt to the dead letter queue.
        message.retry();
      }
    }
  };
}

/** The fill of a journal's entry; undefined for other entries. */
export function fillOf(entry: string): FillEntry | undefined {
  return entry.startsWith('{"kind":"fill"') ? (JSON.parse(entry) as FillEntry) : undefined;
}
