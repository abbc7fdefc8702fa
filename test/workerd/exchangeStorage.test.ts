// What the storage of an object does not take, and what the exchange does then.
import { env } from "cloudflare:workers";
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { databaseOf } from "../../src/workers/databaseOf.ts";
import { sqlStore } from "../../src/workers/sqlStore.ts";
import { deliveries, time, type TimedExchange } from "./exchangeClasses.ts";

type Stub = DurableObjectStub<TimedExchange>;

const execute = (exchange: Stub, statement: string): Promise<unknown> =>
  runInDurableObject(exchange, (_, { storage }) => storage.sql.exec(statement).toArray());

/** From now on no entry can be written. */
const fill = (exchange: Stub): Promise<unknown> =>
  execute(
    exchange,
    "CREATE TRIGGER full BEFORE INSERT ON exchange_entries BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
  );
const free = (exchange: Stub): Promise<unknown> => execute(exchange, "DROP TRIGGER full");

async function ask(exchange: Stub, apiKey: string, method: string, path: string, body?: object): Promise<string> {
  const response = await exchange.fetch(`https://exchange/api/v1${path}`, {
    method,
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return `${response.status} ${await response.text()}`;
}

const buy = (exchange: Stub, apiKey: string): Promise<string> =>
  ask(exchange, apiKey, "POST", "/trade/order", { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" });

test("an order that cannot be written is not executed, not even in part, and nobody hears of it", async () => {
  const exchange = env.TIMED.getByName("full");
  const { apiKey } = await exchange.register();
  const { webSocket } = await exchange.fetch(`https://x/ws/v1?api_key=${apiKey}`, {
    headers: { upgrade: "websocket" },
  });
  const updates: string[] = [];
  webSocket?.accept();
  webSocket?.addEventListener("message", ({ data }) => void updates.push(String(data)));
  webSocket?.send('{"action":"subscribe","channel":"orders"}');
  await expect.poll(() => updates.length).toBe(1);
  const before = await ask(exchange, apiKey, "GET", "/account/balance");

  await fill(exchange);
  for (let attempt = 0; attempt < 3; attempt++)
    expect(await buy(exchange, apiKey)).toMatch(/^503 .*SERVICE_UNAVAILABLE/);
  expect(await ask(exchange, apiKey, "GET", "/account/balance")).toBe(before);
  const both = await Promise.all([buy(exchange, apiKey), buy(exchange, apiKey)]);
  for (const answer of both) expect(answer).toMatch(/^503 /);
  await free(exchange);

  expect(await ask(exchange, apiKey, "GET", "/account/balance")).toBe(before);
  expect(await buy(exchange, apiKey)).toMatch(/^201 /);
  await expect.poll(() => updates.length).toBe(2);
  const after = await ask(exchange, apiKey, "GET", "/account/balance");
  await evictDurableObject(exchange);
  expect(await ask(exchange, apiKey, "GET", "/account/balance")).toBe(after);
  expect(await ask(exchange, apiKey, "GET", "/trade/history")).toContain('"total":1');
  expect(updates.length).toBe(2);
});

test("a fill that cannot be written fails the alarm, and comes with the next one", async () => {
  const exchange = env.TIMED.getByName("full alarm");
  const { apiKey } = await exchange.register({ startingBalance: "1000000" });
  const { webSocket } = await exchange.fetch(`https://x/ws/v1?api_key=${apiKey}`, {
    headers: { upgrade: "websocket" },
  });
  const updates: string[] = [];
  webSocket?.accept();
  webSocket?.addEventListener("message", ({ data }) => void updates.push(String(data)));
  webSocket?.send('{"action":"subscribe","channel":"orders"}');
  const { price } = JSON.parse((await ask(exchange, apiKey, "GET", "/market/price/BTCUSDT")).slice(4)) as {
    price: string;
  };
  const order = {
    symbol: "BTCUSDT",
    side: "buy",
    type: "limit",
    quantity: "0.01",
    price: (Number(price) * 0.9999).toFixed(2),
  };
  expect(await ask(exchange, apiKey, "POST", "/trade/order", order)).toMatch(/^201 /);
  await fill(exchange);
  time.now += 3_600_000;
  await expect(runInDurableObject(exchange, (instance: TimedExchange) => instance.alarm())).rejects.toThrow(
    /cannot be written/,
  );
  await free(exchange);
  await runDurableObjectAlarm(exchange);
  await expect.poll(() => updates.filter((update) => update.includes('"filled"')).length).toBe(1);
});

test("texts beyond the platform's limit of a value are written in parts, and come back whole", async () => {
  await runInDurableObject(env.TIMED.getByName("large"), (_, { storage }) => {
    const database = databaseOf(storage);
    const large = "\u{1F600}a\u20AC".repeat(900_000);
    const store = sqlStore(database).open();
    store.begin("{}");
    for (const text of [large, "small", `x${large}`]) store.append(text);
    const pages = [store.snapshots?.writePage(large), store.snapshots?.writePage("")];
    store.snapshots?.save({ position: 3, text: large }, [1]);
    expect(store.commit()).toBeUndefined();

    // workerd itself takes more than the platform does.
    for (const table of ["entries", "pages", "snapshots", "parts"]) {
      const { bytes } = storage.sql
        .exec<{ bytes: number }>(`SELECT max(length(CAST(text AS BLOB))) AS bytes FROM exchange_${table}`)
        .one();
      expect(bytes).toBeLessThan(2_000_000);
    }

    const again = sqlStore(database).open();
    expect([0, 1, 2].map((index) => again.read(index))).toEqual([large, "small", `x${large}`]);
    expect(pages.map((page) => again.snapshots?.readPage(page ?? 0))).toEqual([large, ""]);
    expect(again.snapshots?.saved).toMatchObject([{ position: 3, text: large }]);
    again.snapshots?.drop(3);
    again.snapshots?.discard(3);
    expect(again.commit()).toBeUndefined();
    expect(storage.sql.exec("SELECT count(*) AS n FROM exchange_parts WHERE of <> 'exchange_pages'").one()).toEqual({
      n: 0,
    });
  });
});

test("ten subscriptions with the longest names survive eviction", async () => {
  const exchange = env.TIMED.getByName("long names");
  const { apiKey } = await exchange.register();
  const { webSocket } = await exchange.fetch(`https://x/ws/v1?api_key=${apiKey}`, {
    headers: { upgrade: "websocket" },
  });
  const replies: string[] = [];
  webSocket?.accept();
  webSocket?.addEventListener("message", ({ data }) => void replies.push(String(data)));
  for (let name = 0; name < 9; name++)
    webSocket?.send(
      JSON.stringify({ action: "subscribe", channel: "ticker", symbol: `${name}${"\u20AC".repeat(99)}` }),
    );
  webSocket?.send('{"action":"subscribe","channel":"orders"}');
  await expect.poll(() => replies.length).toBe(10);
  await evictDurableObject(exchange);
  // The connection still has ten subscriptions, so that an eleventh is refused.
  webSocket?.send('{"action":"subscribe","channel":"portfolio"}');
  await expect.poll(() => replies.at(-1)).toContain("SUBSCRIPTION_LIMIT");
  await buy(exchange, apiKey);
  await expect.poll(() => replies.at(-1)).toContain('"filled"');
  webSocket?.close(1000);
  await expect
    .poll(() =>
      runInDurableObject(exchange, (_, { storage }) => storage.sql.exec("SELECT * FROM exchange_sockets").toArray()),
    )
    .toEqual([]);
});

test("a webhook is delivered by the alarm, and after eviction its attempts go on where they were", async () => {
  const exchange = env.TIMED.getByName("webhooks");
  const { apiKey } = await exchange.register();
  const sendTest = async (url: string): Promise<void> => {
    const created = await ask(exchange, apiKey, "POST", "/webhooks", { url, events: ["strategy.deployed"] });
    const { id } = JSON.parse(created.slice(4)) as { id: string };
    expect(await ask(exchange, apiKey, "POST", `/webhooks/${id}/test`)).toMatch(/^200 /);
  };
  const alarm = (): Promise<number | null> => runInDurableObject(exchange, (_, { storage }) => storage.getAlarm());
  const attempts = (url: string): number => deliveries.filter((each) => each === url).length;
  await sendTest("https://works.example/a");
  await sendTest("https://fails.example/b");
  await evictDurableObject(exchange);
  const started = time.now;
  // Any event after the eviction sets the alarm again.
  await ask(exchange, apiKey, "GET", "/account/balance");
  for (const expected of [1, 2, 3, 4]) {
    time.now = (await alarm()) ?? 0;
    await runDurableObjectAlarm(exchange);
    await expect.poll(() => attempts("https://fails.example/b")).toBe(expected);
    await expect.poll(alarm).not.toBe(time.now);
    await evictDurableObject(exchange);
    await ask(exchange, apiKey, "GET", "/account/balance");
  }
  expect(time.now - started).toBe(100_000);
  expect(await alarm()).toBeNull();
  expect(attempts("https://works.example/a")).toBe(1);
});

test("opening replays a bounded number of entries, even if the object is evicted before any snapshot is complete", async () => {
  const exchange = env.TIMED.getByName("often evicted");
  const { apiKey } = await exchange.register({ startingBalance: "100000000" });
  let longest = 0;
  for (let round = 0; round < 30; round++) {
    for (let order = 0; order < 25; order++) {
      // An agent may place a hundred orders in a minute.
      if (order === 0) time.now += 60_000;
      expect(await buy(exchange, apiKey)).toMatch(/^201 /);
    }
    await evictDurableObject(exchange);
    const { behind } = await runInDurableObject(exchange, (_, { storage }) =>
      storage.sql
        .exec<{ behind: number }>(
          "SELECT max(id) - coalesce((SELECT max(id) FROM exchange_snapshots), 0) AS behind FROM exchange_entries",
        )
        .one(),
    );
    longest = Math.max(longest, behind);
  }
  expect(longest).toBeLessThan(460);
  // Whatever was written of snapshots that were not completed has been deleted.
  const { pages } = await runInDurableObject(exchange, (_, { storage }) =>
    storage.sql.exec<{ pages: number }>("SELECT count(*) AS pages FROM exchange_pages").one(),
  );
  expect(pages).toBeLessThan(2000);
  expect(await ask(exchange, apiKey, "GET", "/trade/history?limit=1")).toContain('"total":750');
});
