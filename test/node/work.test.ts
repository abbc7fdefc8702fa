// Counts the basic blocks of JavaScript that each request executes, by V8's block coverage. Native work (regular
// expressions, JSON, big integers) is not counted.
import { Session, type Profiler } from "node:inspector/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createExchange, randomWalkMarket, virtualClock, type Exchange } from "../../src/exchange/index.ts";

const inspector = new Session();
const SMALL = 400;
const TIMES = 10;

beforeAll(async () => {
  inspector.connect();
  await inspector.post("Profiler.enable");
  await inspector.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
});
afterAll(async () => {
  await inspector.post("Profiler.stopPreciseCoverage");
  inspector.disconnect();
});

function steps(scripts: readonly Profiler.ScriptCoverage[]): number {
  let sum = 0;
  for (const { url, functions } of scripts) {
    if (!/\/src\/|decimal\.js/.test(url)) continue;
    for (const { ranges } of functions) for (const { count } of ranges) sum += count;
  }
  return sum;
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function openExchange(): Promise<{ exchange: Exchange; apiKey: string }> {
  const exchange = createExchange({
    market: randomWalkMarket({ seed: 1 }),
    clock: virtualClock("2026-01-05T00:00:30Z"),
    rateLimits: false,
  });
  return { exchange, apiKey: (await exchange.register()).apiKey };
}

/** Number of steps of one request on a fresh exchange. */
async function work({ method, path, body, headers }: Sent): Promise<number> {
  const { exchange, apiKey } = await openExchange();
  await inspector.post("Profiler.takePreciseCoverage");
  const init = {
    method,
    headers: { "x-api-key": apiKey, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body }),
  };
  const response = await exchange.fetch(`http://exchange.test/api/v1${path}`, init);
  await response.text();
  const { result } = await inspector.post("Profiler.takePreciseCoverage");
  expect(response.status).toBeLessThan(500);
  return steps(result);
}

function sizeOf({ path, body = "", headers = {} }: Sent): number {
  return path.length + body.length + Object.values(headers).join("").length;
}

const list = (count: number, item: (at: number) => unknown): string =>
  JSON.stringify(Array.from({ length: count }, (_, at) => item(at)));
const post = (path: string, body: string): Sent => ({ method: "POST", path, body });
const get = (path: string): Sent => ({ method: "GET", path });
const uuid = (at: number): string => `00000000-0000-4000-8000-${String(at).padStart(12, "0")}`;
const order = (quantity: string): Sent =>
  post("/trade/order", `{"symbol":"BTCUSDT","side":"buy","type":"market","quantity":"${quantity}"}`);
const strategy = (rest: string): Sent =>
  post("/strategies", `{"name":"x","definition":{"pairs":["BTCUSDT"],"timeframe":"1h",${rest}}}`);
const RANGE = '"start_time":"2026-01-04T00:00:00Z","end_time":"2026-01-04T00:10:00Z","starting_balance":"1"';

test("the counter counts known work", async () => {
  const body = (size: number): Sent => post("/trade/order", `{"a":[${"1,".repeat(size)}`);
  await work(body(SMALL));
  const [small, large] = [await work(body(SMALL)), await work(body(SMALL * TIMES))];
  expect(large).toBeGreaterThan(small * (TIMES / 2));
});

test.for<readonly [string, (size: number) => Sent]>([
  ["segments of a path", (size) => get("/a".repeat(size))],
  ["empty segments", (size) => get("/".repeat(size))],
  ["a long segment", (size) => get(`/market/price/${"A".repeat(size)}`)],
  ["parameters of a query", (size) => get(`/trade/orders?${"limit=5&".repeat(size)}`)],
  [
    "unknown parameters",
    (size) => get(`/trade/orders?${Array.from({ length: size }, (_, at) => `p${at}=1`).join("&")}`),
  ],
  ["symbols of a query", (size) => get(`/market/prices?symbols=${"BTCUSDT,".repeat(size)}`)],
  [
    "unknown symbols",
    (size) => get(`/market/tickers?symbols=${Array.from({ length: size }, (_, at) => `X${at}`).join(",")}`),
  ],
  ["indicators", (size) => get(`/market/indicators/BTCUSDT?indicators=${"rsi_14,".repeat(size)}`)],
  [
    "sessions to compare",
    (size) => get(`/backtest/compare?sessions=${Array.from({ length: size }, (_, at) => uuid(at)).join(",")}`),
  ],
  [
    "runs to compare",
    (size) => get(`/training/compare?run_ids=${Array.from({ length: size }, (_, at) => uuid(at)).join(",")}`),
  ],
  ["a long key", (size) => ({ ...get("/account/info"), headers: { "x-api-key": "k".repeat(size) } })],
  ["a long token", (size) => ({ ...get("/account/info"), headers: { authorization: `Bearer ${"a.".repeat(size)}` } })],
  ["a list", (size) => post("/trade/order", `[${"1,".repeat(size)}1]`)],
  ["nested lists", (size) => post("/trade/order", "[".repeat(size) + "]".repeat(size))],
  ["nested objects", (size) => post("/trade/order", '{"a":'.repeat(size) + "1" + "}".repeat(size))],
  ["JSON that is invalid at its end", (size) => post("/trade/order", `{"a":[${"1,".repeat(size)}`)],
  ["an unterminated string", (size) => post("/trade/order", `"${"\\n".repeat(size)}`)],
  ["white space", (size) => post("/trade/order", `${" ".repeat(size)}x`)],
  ["fields", (size) => post("/trade/order", `{${Array.from({ length: size }, (_, at) => `"f${at}":1`).join(",")}}`)],
  ["digits", (size) => order("9".repeat(size))],
  ["decimals", (size) => order(`0.${"0".repeat(size)}1`)],
  ["underscores", (size) => order(`1${"_1".repeat(size)}`)],
  ["digits of an exponent", (size) => order(`1e${"9".repeat(size)}`)],
  ["a long name", (size) => post("/agents", `{"display_name":"${"x ".repeat(size)}"}`)],
  ["tags", (size) => post("/agents", `{"display_name":"x","strategy_tags":${list(size, (at) => `t${at}`)}}`)],
  [
    "events",
    (size) => post("/webhooks", `{"url":"https://a.example/","events":${list(size, () => "backtest.completed")}}`),
  ],
  [
    "a long URL",
    (size) => post("/webhooks", `{"url":"https://a.example/${"a.".repeat(size)}","events":["backtest.completed"]}`),
  ],
  [
    "pairs of a strategy",
    (size) =>
      post("/strategies", `{"name":"x","definition":{"pairs":${list(size, (at) => `P${at}`)},"timeframe":"1h"}}`),
  ],
  [
    "conditions",
    (size) => strategy(`"entry_conditions":{${Array.from({ length: size }, (_, at) => `"c${at}":1`).join(",")}}`),
  ],
  ["pairs of a backtest", (size) => post("/backtest/create", `{${RANGE},"pairs":${list(size, (at) => `P${at}USDT`)}}`)],
  ["strategies to compare", (size) => post("/strategies/compare", `{"strategy_ids":${list(size, uuid)}}`)],
  [
    "returns",
    (size) => post("/metrics/deflated-sharpe", `{"num_trials":3,"returns":${list(size, (at) => (at % 7) / 100)}}`),
  ],
  [
    "the configuration of a run",
    (size) => post("/training/runs", `{"run_id":"${uuid(1)}","config":{"a":${list(size, (at) => at)}}}`),
  ],
])("work grows no faster than %s", async ([, request]) => {
  // The first request compiles code and fills caches that later ones use.
  await work(request(SMALL));
  const [small, large] = [await work(request(SMALL)), await work(request(SMALL * TIMES))];
  expect(small).toBeGreaterThan(0);
  // Relative to the bytes sent, since numbered items grow with their count; 5 % tolerance for fixed costs.
  const growth = sizeOf(request(SMALL * TIMES)) / sizeOf(request(SMALL));
  expect(large / small).toBeLessThanOrEqual(growth * 1.05);
});
