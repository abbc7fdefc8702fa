import { formatDecimal, formatFixed8 } from "../exchange/base/amount.ts";
import type { Agent } from "../exchange/engine/model.ts";
import { countPending } from "../exchange/engine/history/history.ts";
import { rankAccount } from "../exchange/engine/reports/leaderboard.ts";
import { startOfPeriod } from "../exchange/engine/reports/performance.ts";
import { portfolioOf } from "../exchange/engine/reports/portfolio.ts";
import { agentsOf } from "../exchange/engine/scope.ts";
import type { ExchangeState } from "../exchange/engine/state.ts";
import { PERIODS } from "../exchange/http/routes/analytics.ts";
import { formatRatio } from "../exchange/http/routes/format.ts";
import type { ExchangeClock, FillEntry } from "../exchange/index.ts";
import { fillOf, type AuditAccount, type AuditBatch, type AuditFill } from "./exchangeAudit.ts";

/** What has not been reported yet, in the object's storage. */
export interface Outbox {
  /** Notes the fill of a journal's entry, in the transaction that writes the entry. */
  add(entry: string): void;
  /** Sends what is due. */
  send(): Promise<void>;
}

/** Fills of one message. */
const MAX_FILLS = 100;
/** Accounts of one message. */
const MAX_ACCOUNTS = 100;
/** Milliseconds that a fill waits for others. */
const DELAY = 5000;
/** Milliseconds between two reports of the accounts, unless a day begins. */
const REPORT_INTERVAL = 3_600_000;
const DAY = 86_400_000;
const MAX_RETRY_DELAY = 300_000;

const SCHEMA = [
  "exchange_outbox (id INTEGER PRIMARY KEY, text TEXT NOT NULL)",
  // When the accounts were last reported and, unless nothing will have changed, will be next.
  "exchange_reports (id INTEGER PRIMARY KEY, last INTEGER NOT NULL, next INTEGER)",
];

/** Sends fills and equity to a queue, at least once. Nothing of it delays a request. */
export function openOutbox(
  { sql }: Pick<DurableObjectStorage, "sql">,
  queue: Queue<AuditBatch>,
  clock: ExchangeClock,
  state: ExchangeState,
): Outbox {
  let exists = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'exchange_outbox'").toArray().length > 0;
  let waiting = exists ? Number(sql.exec("SELECT count(*) AS n FROM exchange_outbox").one()["n"]) : 0;
  let { last, next } = (exists
    ? sql.exec<{ last: number; next: number | null }>("SELECT last, next FROM exchange_reports").toArray()[0]
    : undefined) ?? { last: 0, next: null };
  let due = Number.POSITIVE_INFINITY;
  let timer: unknown;
  let failures = 0;
  let sending: Promise<void> | undefined;

  function schedule(time: number): void {
    if (time >= due) return;
    due = time;
    clock.clearTimeout(timer);
    // The alarm sends after its timers.
    timer = clock.setTimeout(() => {}, Math.max(0, time - clock.now()));
  }

  function scheduleNext(): void {
    due = Number.POSITIVE_INFINITY;
    const now = clock.now();
    if (failures > 0) schedule(now + Math.min(MAX_RETRY_DELAY, 1000 * 2 ** failures));
    else if (waiting > 0) schedule(waiting >= MAX_FILLS ? now : now + DELAY);
    if (next !== null && failures === 0) schedule(next);
  }

  async function sendBatch(): Promise<void> {
    const now = clock.now();
    const rows = exists
      ? sql
          .exec<{ id: number; text: string }>("SELECT id, text FROM exchange_outbox ORDER BY id LIMIT ?", MAX_FILLS)
          .toArray()
      : [];
    const fills = rows.map(({ text }) => JSON.parse(text) as AuditFill);
    const reports = (next !== null && next <= now) || (fills.length > 0 && now - last >= REPORT_INTERVAL);
    const accounts = reports ? reportAccounts(state) : [];
    if (fills.length === 0 && !reports) return;
    for (let start = 0; start === 0 || start < accounts.length; start += MAX_ACCOUNTS)
      await queue.send({ fills: start === 0 ? fills : [], accounts: accounts.slice(start, start + MAX_ACCOUNTS) });
    for (const { id } of rows.slice(-1)) sql.exec("DELETE FROM exchange_outbox WHERE id <= ?", id);
    waiting -= rows.length;
    // Accounts are ranked by what they were worth at midnight. Not all objects wake at once then.
    const midnight = (Math.floor(now / DAY) + 1) * DAY + (state.openedAt % REPORT_INTERVAL);
    if (reports) noteReports(now, fills.length > 0 || isMoving(state) ? midnight : null);
    else noteReports(last, Math.min(next ?? midnight, last + REPORT_INTERVAL));
  }

  function noteReports(newLast: number, newNext: number | null): void {
    if (newLast === last && newNext === next) return;
    last = newLast;
    next = newNext;
    sql.exec("INSERT OR REPLACE INTO exchange_reports VALUES (0, ?, ?)", last, next);
  }

  scheduleNext();
  return {
    add(entry) {
      const fill = fillOf(entry);
      if (fill === undefined) return;
      if (!exists) for (const table of SCHEMA) sql.exec(`CREATE TABLE ${table}`);
      sql.exec("INSERT INTO exchange_outbox (text) VALUES (?)", JSON.stringify(reportFill(state, fill)));
      exists = true;
      waiting++;
      if (failures === 0) schedule(clock.now() + (waiting >= MAX_FILLS ? 0 : DELAY));
    },
    async send() {
      if (sending !== undefined || due > clock.now() + 1) return sending;
      sending = sendBatch()
        .then(
          () => void (failures = 0),
          () => void failures++,
        )
        .finally(() => {
          sending = undefined;
          scheduleNext();
        });
      return sending;
    },
  };
}

/** A trade is the newest one, or one of the few of the same commit. */
function reportFill({ agents }: ExchangeState, fill: FillEntry): AuditFill {
  const { kind: _kind, ...rest } = fill;
  const agent = agents.get(fill.agentId);
  let pnl: string | null = null;
  agent?.history.trades.descend(agent.history.trades.size - 1, (_, trade) => {
    if (trade.id !== fill.tradeId) return true;
    pnl = trade.realised === undefined ? null : formatFixed8(trade.realised);
    return false;
  });
  return { ...rest, accountId: agent?.accountId ?? "", pnl };
}

function reportAccounts(state: ExchangeState): readonly AuditAccount[] {
  const traders = state.accounts.values().filter((account) => {
    const agents = agentsOf(state, { account, agent: undefined });
    return account.status === "active" && agents.some(({ history }) => history.trades.size > 0);
  });
  return traders.map((account) => {
    const ranked = Object.entries(PERIODS).map(
      ([period, days]) => [period, rankAccount(state, account, startOfPeriod(state.now, days), days)] as const,
    );
    const newest = ranked.find(([period]) => period === "all");
    return {
      accountId: account.id,
      displayName: account.displayName,
      equity: formatDecimal(portfolioOf(state, { account, agent: undefined }).equity),
      roiPct: newest === undefined ? "0" : formatDecimal(newest[1].roiPct),
      sharpe: Object.fromEntries(ranked.map(([period, { sharpe }]) => [period, formatRatio(sharpe)])),
      time: state.now,
    };
  });
}

/** Whether an account's value can change without a request. */
function isMoving(state: ExchangeState): boolean {
  const moves = (agent: Agent): boolean =>
    countPending(agent) > 0 || [...agent.positions.values()].some(({ quantity }) => quantity > 0n);
  return state.agents.values().some(moves);
}
