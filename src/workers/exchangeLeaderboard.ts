import { formatRatio } from "../exchange/http/routes/format.ts";
import { PERIODS } from "../exchange/http/routes/analytics.ts";

/** Leaderboards of all accounts. */
export interface Leaderboards {
  /** Answers as the platform does, with the headers of another response. */
  respond(database: D1Database, period: string, headers: Headers): Promise<Response>;
}

/** As on the platform, a leaderboard may be this old. */
const CACHED_MS = 60_000;
const DAY = 86_400_000;

// The best accounts that closed a trade in the period, found by the index from the best downwards.
const QUERY = `WITH ranked AS (
    SELECT * FROM exchange_accounts AS account WHERE EXISTS (
      SELECT 1 FROM exchange_fills AS fill WHERE fill.account_id = account.account_id AND pnl IS NOT NULL AND fill.time >= ?1
    ) ORDER BY roi DESC, account_id LIMIT 50
  )
  SELECT ranked.account_id, display_name, roi_pct, sharpe ->> ?2 AS sharpe,
    count(*) AS closed, sum(CAST(pnl AS REAL) > 0) AS won
  FROM ranked JOIN exchange_fills AS fill
    ON fill.account_id = ranked.account_id AND pnl IS NOT NULL AND fill.time >= ?1
  GROUP BY ranked.account_id ORDER BY roi DESC, ranked.account_id`;

interface Ranked {
  readonly account_id: string;
  readonly display_name: string;
  readonly roi_pct: string;
  readonly sharpe: string | null;
  readonly closed: number;
  readonly won: number;
}

/** Leaderboards by period, from what {@link createAuditConsumer} has written. */
export function createLeaderboards(now: () => number): Leaderboards {
  const cache = new Map<string, { readonly until: number; readonly body: string }>();

  async function bodyOf(database: D1Database, period: string): Promise<string> {
    const cached = cache.get(period);
    const time = now();
    if (cached !== undefined && cached.until > time) return cached.body;
    const days = (PERIODS as Readonly<Record<string, number | undefined>>)[period];
    const since = days === undefined ? 0 : time - days * DAY;
    const { results } = await database.prepare(QUERY).bind(since, period).all<Ranked>();
    const rankings = results.map((ranked, index) => ({
      rank: index + 1,
      account_id: ranked.account_id,
      display_name: ranked.display_name,
      roi_pct: ranked.roi_pct,
      sharpe_ratio: ranked.sharpe ?? "0.0",
      total_trades: ranked.closed,
      win_rate: formatRatio((ranked.won / ranked.closed) * 100),
    }));
    const body = JSON.stringify({ period, rankings });
    cache.set(period, { until: time + CACHED_MS, body });
    return body;
  }

  return {
    async respond(database, period, headers) {
      const response = new Response(await bodyOf(database, period), { headers });
      response.headers.delete("content-length");
      return response;
    },
  };
}
