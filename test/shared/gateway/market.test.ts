// Answers about market data, shared between callers while they are fresh.
import { expect, test } from "vitest";
import { createMarketCache, type UpstreamAnswer } from "../../../src/gateway/cache.ts";
import { virtualClock } from "../../../src/exchange/index.ts";
import { drive } from "../../support/drive.ts";
import { BASE, gatewayDesk, SECRETS, type GatewayDesk } from "../../support/gateway.ts";

interface Counted {
  readonly desk: GatewayDesk;
  /** Requests that reached the platform. */
  readonly requests: { readonly url: string; readonly headers: Headers }[];
}

async function countedDesk(): Promise<Counted> {
  const requests: { url: string; headers: Headers }[] = [];
  const probe = await gatewayDesk();
  const desk = await gatewayDesk({
    public: ["getPrice", "getPairs", "health"],
    upstream: {
      ...probe.clientOptions,
      fetch: (url, init) => {
        requests.push({ url, headers: new Headers(init.headers) });
        return probe.exchange.fetch(url, init);
      },
    },
  });
  return { desk: { ...desk, clock: probe.clock }, requests };
}

test("100 callers at once are one request, without the key", async () => {
  const { desk, requests } = await countedDesk();
  const ask = async (): Promise<string> =>
    (await desk.gateway.fetch(new Request(`${BASE}/api/v1/market/price/BTCUSDT`))).text();
  const answers = await drive(desk.clock, Promise.all(Array.from({ length: 100 }, ask)));
  expect(new Set(answers).size).toBe(1);
  expect(requests).toHaveLength(1);
  expect(requests[0]?.headers.get("x-api-key")).toBeNull();
  await desk.clock.advance(999);
  await ask();
  expect(requests).toHaveLength(1);
  await desk.clock.advance(1);
  await ask();
  expect(requests).toHaveLength(2);
});

test("pairs are fresh for a minute, health is never kept", async () => {
  const { desk, requests } = await countedDesk();
  const ask = (path: string): Promise<Response> => desk.gateway.fetch(new Request(BASE + path));
  for (let second = 0; second < 120; second++) {
    await ask("/api/v1/market/pairs");
    await desk.clock.advance(1000);
  }
  expect(requests).toHaveLength(2);
  await ask("/health");
  await ask("/health");
  expect(requests).toHaveLength(4);
});

test("answers of an account are never kept", async () => {
  const { desk, requests } = await countedDesk();
  const client = desk.createCaller({
    apiKey: "trader",
    apiSecret: SECRETS.trader,
    signRequests: true,
    clock: desk.clock,
  });
  await drive(desk.clock, client.getBalance());
  await drive(desk.clock, client.getBalance());
  expect(requests).toHaveLength(2);
});

const answer = (body: string, status = 200): UpstreamAnswer => ({ status, body, headers: {} });

test("failures are not kept, and are shared only by those who wait for them", async () => {
  const cache = createMarketCache(virtualClock());
  let requests = 0;
  const fail = async (): Promise<UpstreamAnswer> => {
    requests++;
    throw new Error("down");
  };
  const both = await Promise.allSettled([cache.get("getPrice", "/a", fail), cache.get("getPrice", "/a", fail)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(requests).toBe(1);
  expect(await cache.get("getPrice", "/a", async () => answer("bad", 503))).toMatchObject({ status: 503 });
  expect(await cache.get("getPrice", "/a", async () => answer("good"))).toMatchObject({ body: "good" });
});

test("whoever waits for a request that never ends makes one of its own after 2 s", async () => {
  const clock = virtualClock();
  const cache = createMarketCache(clock);
  void cache.get("getPrice", "/a", () => new Promise(() => {}));
  const second = cache.get("getPrice", "/a", async () => answer("own"));
  expect(await drive(clock, second)).toMatchObject({ body: "own" });
  expect(clock.elapsed()).toBeLessThan(3000);
  expect(await cache.get("getPrice", "/a", () => Promise.reject(new Error("not asked")))).toMatchObject({
    body: "own",
  });
});

test("an answer is as old as its request, not as its arrival", async () => {
  const clock = virtualClock();
  const cache = createMarketCache(clock);
  const slow = cache.get("getPrice", "/a", async () => {
    await new Promise<void>((resolve) => void clock.setTimeout(resolve, 5000));
    return answer("old");
  });
  await drive(clock, slow);
  expect(await cache.get("getPrice", "/a", async () => answer("new"))).toMatchObject({ body: "new" });
});

test("at most 1000 answers of 8 MB are kept", async () => {
  const cache = createMarketCache(virtualClock());
  let requests = 0;
  const load = (body: string) => async (): Promise<UpstreamAnswer> => {
    requests++;
    return answer(body);
  };
  for (let index = 0; index < 1001; index++) await cache.get("getPairs", `/${index}`, load("x"));
  await cache.get("getPairs", "/1000", load("x"));
  expect(requests).toBe(1001);
  await cache.get("getPairs", "/0", load("x"));
  expect(requests).toBe(1002);
  for (let index = 0; index < 10; index++) await cache.get("getPairs", `/big-${index}`, load("x".repeat(1_500_000)));
  requests = 0;
  for (let index = 0; index < 10; index++) await cache.get("getPairs", `/big-${index}`, load(""));
  expect(requests).toBeGreaterThan(4);
});
