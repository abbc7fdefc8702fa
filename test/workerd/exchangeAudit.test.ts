// Fills and equity of all objects in one database, through a queue that delivers at least once and in any order.
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { AgentExchangeClient } from "agentexchange";
import {
  AUDIT_SCHEMA,
  createAuditConsumer,
  createExchangeRouter,
  exchangeConnection,
  type AuditBatch,
  type ExchangeEnv,
} from "agentexchange/workers";
import { beforeAll, expect, test } from "vitest";
import { TIMED_OPTIONS, time } from "./exchangeClasses.ts";

const bindings = { ...env, EXCHANGE: env.TIMED } satisfies ExchangeEnv;
const DAY = 86_400_000;

beforeAll(async () => {
  for (const statement of AUDIT_SCHEMA.split(";\n")) await env.EXCHANGE_DB.prepare(statement).run();
});

/** A router of its own, since a leaderboard is cached for a minute. */
function openRouter(): { readonly connection: ReturnType<typeof exchangeConnection>; readonly post: typeof post } {
  const router = createExchangeRouter(TIMED_OPTIONS);
  const fetch = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> =>
    router(new Request(input, init), bindings);
  const connection = exchangeConnection({ fetch });
  return { connection, post };

  async function post(path: string, body: object): Promise<{ account_id: string; agent_api_key: string }> {
    const response = await fetch(`https://x/api/v1${path}`, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    return await response.json();
  }
}

const shardOf = (key: string): string => key.slice("ak_live_".length, "ak_live_".length + 20);

/** Lets the object's alarm ring at a time. */
async function ring(key: string, at: number): Promise<void> {
  time.now = Math.max(time.now, at);
  await runDurableObjectAlarm(env.TIMED.getByName(shardOf(key)));
}

async function count(table: string, accountId: string): Promise<number> {
  const row = await env.EXCHANGE_DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE account_id = ?`)
    .bind(accountId)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

test("accounts of many objects are ranked together, with the figures of their own objects", async () => {
  const { connection, post } = openRouter();
  const traders = await Promise.all(
    Array.from({ length: 5 }, async (_, index) => {
      const { account_id, agent_api_key: apiKey } = await post("/auth/register", { display_name: `trader ${index}` });
      const client = new AgentExchangeClient({ ...connection, apiKey });
      for (let trade = 0; trade <= index; trade++) {
        await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
        await client.placeMarketOrder({ symbol: "BTCUSDT", side: "sell", quantity: "0.01" });
      }
      return { account_id, apiKey, client };
    }),
  );
  for (const [index, { apiKey, account_id }] of traders.entries()) {
    await ring(apiKey, time.now + 5000);
    await expect.poll(() => count("exchange_fills", account_id)).toBe(2 * (index + 1));
    // Ranks depend on what an account was worth at midnight.
    await ring(apiKey, time.now + 2 * DAY);
    await expect.poll(() => count("exchange_equity", account_id)).toBe(2);
  }
  const [first] = traders;
  const ranking = await (first?.client.getLeaderboard({ period: "90d" }) ?? []);
  const own = ranking.filter(({ accountId }) => traders.some(({ account_id }) => account_id === accountId));
  // Each trade costs fees, so fewer trades lose less.
  expect(own.map(({ displayName }) => displayName)).toEqual([0, 1, 2, 3, 4].map((index) => `trader ${index}`));
  expect(own.map(({ totalTrades }) => totalTrades)).toEqual([1, 2, 3, 4, 5]);
  for (const { accountId, roiPct, sharpeRatio, winRate, totalTrades } of own) {
    const { apiKey = "" } = traders.find(({ account_id }) => account_id === accountId) ?? {};
    const response = await env.TIMED.getByName(shardOf(apiKey)).fetch(
      "https://x/api/v1/analytics/leaderboard?period=90d",
      { headers: { "x-api-key": apiKey } },
    );
    const { rankings } = await response.json<{ rankings: readonly Record<string, unknown>[] }>();
    expect(rankings).toHaveLength(1);
    expect(rankings[0]).toMatchObject({ roi_pct: String(roiPct), total_trades: totalTrades, account_id: accountId });
    expect(Number(rankings[0]?.["win_rate"])).toBe(winRate.toNumber());
    expect(Math.abs(sharpeRatio.toNumber())).toBeGreaterThan(0);
  }
  await expect(first?.client.getLeaderboard({ period: "1d" })).resolves.not.toContainEqual(
    expect.objectContaining({ displayName: "trader 0" }),
  );
});

test("what has not been sent is sent after eviction, in messages of at most 100 fills", async () => {
  const { connection, post } = openRouter();
  const { account_id, agent_api_key: apiKey } = await post("/auth/register", { starting_balance: "1000000" });
  const client = new AgentExchangeClient({ ...connection, apiKey, rateLimit: false });
  for (let trade = 0; trade < 130; trade++) {
    // An agent may place a hundred orders in a minute.
    if (trade === 65) time.now += 60_000;
    await client.placeMarketOrder({ symbol: "BTCUSDT", side: trade % 2 === 0 ? "buy" : "sell", quantity: "0.01" });
  }
  const exchange = env.TIMED.getByName(shardOf(apiKey));
  await evictDurableObject(exchange);
  await ring(apiKey, time.now + 5000);
  await expect.poll(() => count("exchange_fills", account_id)).toBe(100);
  await ring(apiKey, time.now + 5000);
  await expect.poll(() => count("exchange_fills", account_id)).toBe(130);
  const left = await runInDurableObject(exchange, (_, { storage }) =>
    storage.sql.exec("SELECT count(*) AS n FROM exchange_outbox").one(),
  );
  expect(left).toEqual({ n: 0 });
});

test("a message that comes twice, late or broken changes nothing", async () => {
  const consume = createAuditConsumer();
  const fill = {
    tradeId: "t1",
    accountId: "a1",
    agentId: "g1",
    orderId: "o1",
    symbol: "BTCUSDT",
    side: "sell",
    quantity: "1",
    price: "2",
    fee: "0.1",
    pnl: "5",
    time: 1000,
  } as const;
  const report = (at: number, equity: string): AuditBatch["accounts"][number] => ({
    accountId: "a1",
    displayName: "one",
    equity,
    roiPct: "1.5",
    sharpe: { "30d": "0.5" },
    time: at,
  });
  const settled: string[] = [];
  const deliver = async (body: unknown): Promise<void> => {
    const message = { body, ack: () => settled.push("ack"), retry: () => settled.push("retry") };
    await consume({ messages: [message] } as unknown as MessageBatch<AuditBatch>, env);
  };
  await deliver({ fills: [fill], accounts: [report(2000, "20")] });
  await deliver({ fills: [{ ...fill, price: "3" }], accounts: [report(1000, "10")] });
  await deliver({ fills: [fill], accounts: [report(2000, "20")] });
  await deliver({ fills: [{}], accounts: [] });
  await deliver("nonsense");
  expect(settled).toEqual(["ack", "ack", "ack", "retry", "retry"]);
  expect(await count("exchange_fills", "a1")).toBe(1);
  expect(await count("exchange_equity", "a1")).toBe(2);
  const row = await env.EXCHANGE_DB.prepare(
    "SELECT equity, time FROM exchange_accounts WHERE account_id = 'a1'",
  ).first();
  expect(row).toEqual({ equity: "20", time: 2000 });
});
