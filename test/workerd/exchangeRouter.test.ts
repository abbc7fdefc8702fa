// One exchange object for each account, found by its key alone.
import { env } from "cloudflare:workers";
import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { createExchangeRouter, exchangeConnection, type ExchangeEnv } from "agentexchange/workers";
import { AgentExchangeClient, AuthenticationError } from "agentexchange";
import { expect, test } from "vitest";
import { TIMED_OPTIONS } from "./exchangeClasses.ts";

const SHARD = 20;
const router = createExchangeRouter(TIMED_OPTIONS);
const bindings = { ...env, EXCHANGE: env.TIMED } satisfies ExchangeEnv;
const target = { fetch: (input: RequestInfo | URL, init?: RequestInit) => router(new Request(input, init), bindings) };
const connection = exchangeConnection(target);

const send = (path: string, init?: RequestInit): Promise<Response> =>
  target.fetch(`https://exchange.example/api/v1${path}`, init);

const post = (path: string, body: object): Promise<Response> =>
  send(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

interface Registered {
  readonly api_key: string;
  readonly api_secret: string;
  readonly agent_api_key: string;
  readonly account_id: string;
}

async function register(body: object = {}): Promise<Registered> {
  const response = await post("/auth/register", body);
  expect(response.status).toBe(201);
  return await response.json();
}

const shardOf = (key: string): string => key.slice("ak_live_".length, "ak_live_".length + SHARD);

test("200 accounts in 200 objects see one price at one instant, and trade apart", async () => {
  const accounts = await Promise.all(Array.from({ length: 200 }, (_, index) => register({ display_name: `${index}` })));
  expect(new Set(accounts.map(({ account_id }) => account_id)).size).toBe(200);
  expect(new Set(accounts.map(({ agent_api_key }) => shardOf(agent_api_key))).size).toBe(200);
  const prices = await Promise.all(
    accounts.map(async ({ agent_api_key: key }) => {
      const response = await env.TIMED.getByName(shardOf(key)).fetch("https://x/api/v1/market/price/BTCUSDT");
      return response.text();
    }),
  );
  prices.push(await (await send("/market/price/BTCUSDT")).text());
  expect(new Set(prices).size).toBe(1);
  const filled = await Promise.all(
    accounts.map(async ({ agent_api_key: apiKey }) => {
      const client = new AgentExchangeClient({ ...connection, apiKey });
      return client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
    }),
  );
  expect(new Set(filled.map(({ executedPrice }) => String(executedPrice))).size).toBe(1);
  expect(new Set(filled.map(({ orderId }) => orderId)).size).toBe(200);
});

test("keys, tokens, logins and streams reach the account's object", async () => {
  const { api_key, api_secret, agent_api_key } = await register();
  expect(api_key).toHaveLength(72);
  expect(shardOf(api_key)).toBe(shardOf(agent_api_key));
  const { token } = await (await post("/auth/login", { api_key, api_secret })).json<{ token: string }>();
  const info = await send("/account/info", { headers: { authorization: `Bearer ${token}` } });
  expect(info.status).toBe(200);
  await info.body?.cancel();
  const client = new AgentExchangeClient({ ...connection, apiKey: agent_api_key });
  await using stream = client.openStream();
  const orders = stream.orders();
  await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  expect((await orders.next()).value).toMatchObject({ status: "filled" });
});

test("an email address finds its account, and registers once", async () => {
  const account = { email: "trader@Example.org", password: "correct horse" };
  const { account_id } = await register(account);
  const again = await post("/auth/register", { ...account, email: "trader@example.ORG" });
  expect([again.status, await again.text()]).toEqual([409, expect.stringContaining("DUPLICATE_ACCOUNT")]);
  const login = await post("/auth/user-login", account);
  const { token } = await login.json<{ token: string }>();
  const info = await send("/account/info", { headers: { authorization: `Bearer ${token}` } });
  expect(await info.json()).toMatchObject({ account_id });
  const wrong = await post("/auth/user-login", { ...account, password: "wrong horse" });
  const unknown = await post("/auth/user-login", { ...account, email: "nobody@example.org" });
  expect([wrong.status, await wrong.text()]).toEqual([unknown.status, await unknown.text()]);
});

test("a made-up shard reaches no object and is told what a wrong key is told", async () => {
  const { agent_api_key: key } = await register();
  const objects = (await listDurableObjectIds(env.TIMED)).length;
  const wrong = `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
  const forged = `ak_live_${"A".repeat(64)}`;
  const answers = await Promise.all(
    [wrong, forged, "", "x", `ak_live_${shardOf(key)}`].map(async (apiKey) => {
      const response = await send("/account/balance", { headers: { "x-api-key": apiKey } });
      return `${response.status} ${await response.text()}`;
    }),
  );
  expect(new Set(answers.filter((_, index) => index !== 2)).size).toBe(1);
  expect(answers[0]).toMatch(/^401 .*Invalid API key/);
  const header = btoa(JSON.stringify({ alg: "HS256", typ: "JWT", kid: "B".repeat(20) }));
  for (const token of [`${header}.e30.x`, "a.b.c", "%%%.b.c", "x"]) {
    const response = await send("/account/balance", { headers: { authorization: `Bearer ${token}` } });
    expect([response.status, await response.text()]).toEqual([401, expect.stringContaining("INVALID_TOKEN")]);
  }
  const stream = await target.fetch(`https://exchange.example/ws/v1?api_key=${forged}`, {
    headers: { upgrade: "websocket" },
  });
  expect(stream.status).toBe(403);
  const client = new AgentExchangeClient({ ...connection, apiKey: forged });
  await expect(client.getBalance()).rejects.toThrow(AuthenticationError);
  expect((await listDurableObjectIds(env.TIMED)).length).toBe(objects);
});

test("an invalid registration stores nothing", async () => {
  const before = await listDurableObjectIds(env.TIMED);
  const response = await post("/auth/register", { starting_balance: "-1" });
  expect(response.status).toBe(422);
  await response.body?.cancel();
  const known = new Set(before.map(String));
  for (const id of await listDurableObjectIds(env.TIMED)) {
    if (known.has(String(id))) continue;
    const tables = await runInDurableObject(env.TIMED.get(id), (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
  }
});

test("keys of a shard follow from the secret, and need it", async () => {
  const { agent_api_key: key } = await register();
  const other = createExchangeRouter(TIMED_OPTIONS);
  const request = new Request("https://x/api/v1/account/balance", { headers: { "x-api-key": key } });
  const response = await other(request, { ...bindings, EXCHANGE_SECRET: "another secret of at least 32 characters" });
  expect(response.status).toBe(401);
  await response.body?.cancel();
  await expect(other(request, { ...bindings, EXCHANGE_SECRET: "short" })).rejects.toThrow(/at least 32 characters/);
});

test("a body that is too large is refused without an object", async () => {
  const response = await post("/auth/register", { display_name: "x".repeat(1024 * 1024) });
  expect(response.status).toBe(413);
  await response.body?.cancel();
});
