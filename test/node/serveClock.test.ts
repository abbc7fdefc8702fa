// The time of a served exchange, its Date header and the computer's clock.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { createExchange } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { endServe, fromSources, killServers, startServe, type Served } from "../support/serveProcess.ts";

const folder = mkdtempSync(join(tmpdir(), "serve-clock-"));
afterEach(killServers);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (...args: readonly string[]): Promise<Served> => startServe(fromSources, "--port", "0", ...args);

interface Times {
  /** By the body. */
  readonly told: number;
  readonly date: number;
  /** By the computer, before and after. */
  readonly from: number;
  readonly until: number;
}

async function timesOf({ url }: Served): Promise<Times> {
  const from = Date.now();
  const response = await fetch(`${url}/api/v1/market/prices`);
  const { timestamp } = (await response.json()) as { readonly timestamp: string };
  return {
    told: Date.parse(timestamp),
    date: Date.parse(response.headers.get("date") ?? ""),
    from,
    until: Date.now(),
  };
}

/** The header has whole seconds, of the time at which the response was sent. */
function expectOneTime({ told, date, from, until }: Times, speed: number): void {
  expect(date).toBeGreaterThan(told - 1000);
  expect(date).toBeLessThanOrEqual(told + (until - from) * speed + 1);
}

/** A store file with this many orders. */
async function longJournal(file: string, orders: number): Promise<void> {
  const exchange = createExchange({ store: sqliteStore(file), rateLimits: false, seed: 3 });
  const { apiKey } = await exchange.register({ startingBalance: "100000000" });
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  for (let placed = 0; placed < orders; placed += 500) {
    await Promise.all(
      Array.from({ length: Math.min(500, orders - placed) }, (_, index) => {
        const side = index % 2 === 0 ? "buy" : "sell";
        const body = JSON.stringify({ symbol: "BTCUSDT", type: "market", quantity: "0.001", side });
        return exchange.fetch("http://exchange.test/api/v1/trade/order", { method: "POST", headers, body });
      }),
    );
  }
  exchange.close();
}

test.for([
  ["in memory", []],
  ["with a demo", ["--demo"]],
] as const)("%s it is the computer's time, to the millisecond", async ([, args]) => {
  const served = await start(...args);
  for (let asked = 0; asked < 20; asked++) {
    const times = await timesOf(served);
    expect(times.told).toBeGreaterThanOrEqual(times.from);
    expect(times.told).toBeLessThanOrEqual(times.until);
    expectOneTime(times, 1);
  }
});

test("after a long journal it is the computer's time, also in rejections", async () => {
  const file = join(folder, "long.db");
  await longJournal(file, 6000);
  const served = await start("--data", file);
  const times = await timesOf(served);
  expect(times.told).toBeGreaterThanOrEqual(times.from);
  expect(times.told).toBeLessThanOrEqual(times.until);
  expectOneTime(times, 1);
  const body = "x".repeat(2 ** 20 + 1);
  for (const init of [{}, { method: "OPTIONS" }, { method: "POST", body }]) {
    const from = Date.now();
    const refused = await fetch(`${served.url}/api/v1/auth/login`, init);
    const date = Date.parse(refused.headers.get("date") ?? "");
    expect(date).toBeGreaterThan(from - 1000);
    expect(date).toBeLessThanOrEqual(Date.now());
  }
});

test.for([0.5, 40])(
  "with --fast %d it starts at the computer's time, and Date is the exchange's time",
  async (speed) => {
    const listening = Date.now();
    const served = await start("--fast", String(speed));
    const first = await timesOf(served);
    expect(first.told).toBeGreaterThanOrEqual(listening);
    expect(first.told).toBeLessThanOrEqual(first.until + (first.until - listening) * speed);
    for (let passed = 0; passed < 1500; passed = Date.now() - first.until) {
      const times = await timesOf(served);
      expectOneTime(times, speed);
      expect(times.told - first.told).toBeGreaterThanOrEqual((times.from - first.until) * speed - 2);
      expect(times.told - first.told).toBeLessThanOrEqual((times.until - first.from) * speed + 2);
    }
  },
);

test.for(["SIGKILL", "SIGTERM"] as const)(
  "started again after a fast run and %s, no time comes twice",
  async (signal) => {
    const file = join(folder, `${signal}.db`);
    const first = await start("--data", file, "--fast", "36000");
    const until = Date.now() + 1500;
    let { told } = await timesOf(first);
    while (Date.now() < until) ({ told } = await timesOf(first));
    await endServe(first, signal);
    expect(told).toBeGreaterThan(Date.now() + 3_600_000);
    for (const args of [[], ["--fast", "0.5"]]) {
      const again = await start("--data", file, ...args);
      const times = await timesOf(again);
      expect(times.told).toBeGreaterThanOrEqual(told);
      expectOneTime(times, 1);
      ({ told } = await timesOf(again));
      await endServe(again, signal);
    }
  },
);
