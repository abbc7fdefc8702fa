// What a run of a bot costs when thousands of runs are behind it: a wake must not read the past.
import { dollarCostAverage, runTick, sqlBotStore, type BotStore } from "agentexchange/bots";
import { createExchange, manualMarket, virtualClock } from "agentexchange/exchange";
import { sqlDatabase } from "../test/support/sqlDatabase.ts";

const START = "2026-03-01T10:00:00Z";
const HOUR = 3_600_000;
/** Runs that are timed at each point. */
const SAMPLE = 50;

/** What a run cost with so many runs behind it. */
export interface BotRow {
  readonly behind: number;
  /** Milliseconds, the median. */
  readonly took: number;
  /** Entries of the journal that a run read. */
  readonly read: number;
  /** Entries in the journal. */
  readonly entries: number;
}

/** Every run buys, and has a store of its own over the same database, as after an eviction. */
export async function measureBots(points: readonly number[]): Promise<readonly BotRow[]> {
  const clock = virtualClock(START);
  const exchange = createExchange({
    seed: 42,
    rateLimits: false,
    clock,
    market: manualMarket({ BTCUSDT: { price: "60000", volume: "18000000" } }),
  });
  const { apiKey } = await exchange.register({ startingBalance: "100000000" });
  const database = sqlDatabase();
  let read = 0;
  const counting = (store: BotStore): BotStore => ({
    ...store,
    journalOf(claim) {
      const journal = store.journalOf(claim);
      return {
        ...journal,
        async read(...range) {
          const entries = await journal.read(...range);
          read += entries.length;
          return entries;
        },
      };
    },
  });
  const rows: BotRow[] = [];
  let behind = 0;
  const run = async (): Promise<void> => {
    const result = await runTick({
      tick: { scheduledTime: Date.parse(START) + behind * HOUR, cron: "0 * * * *" },
      store: counting(sqlBotStore(database)),
      client: { ...exchange.connection, apiKey, rateLimit: false },
      strategy: dollarCostAverage({ amount: "100" }),
      mandate: { symbols: ["BTCUSDT"], maxOrder: "200", until: "2036-12-31T00:00:00Z" },
    });
    if (result.kind !== "ran" || result.record.outcome !== "ordered") throw new Error(JSON.stringify(result));
    behind++;
    await clock.advance(HOUR);
  };
  for (const point of points) {
    for (let count = point - behind; count > 0; count--) await run();
    read = 0;
    const times: number[] = [];
    for (let count = 0; count < SAMPLE; count++) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    const took = times.toSorted((one, other) => one - other)[SAMPLE / 2] ?? 0;
    const last = await sqlBotStore(database).journal.checkpoint?.();
    rows.push({ behind: point, took, read: read / SAMPLE, entries: last?.seq ?? 0 });
  }
  return rows;
}
