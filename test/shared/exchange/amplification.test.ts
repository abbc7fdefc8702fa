// Error responses have a bounded size, regardless of how much of the request is wrong.
import { describe, expect, it } from "vitest";
import { manualMarket } from "../../../src/exchange/index.ts";
import { cases } from "../../support/runtime.ts";
import { BOTH } from "./backtests.ts";
import { PAIRS } from "./scenes.ts";
import { open, trader } from "./trader.ts";

const KIB = 1024;
const MOST_BYTES = 64 * KIB;
const SIZE = cases(200, 50) * KIB;
const utf8 = new TextEncoder();

const listOf = (item: string, size: number): string =>
  `[${Array(Math.floor(size / (item.length + 1)))
    .fill(item)
    .join()}]`;

/** JSON values of the given size that hardly any field accepts. */
const large = (size: number): Readonly<Record<string, string>> => ({
  numbers: listOf("1", size),
  nulls: listOf("null", size),
  "wrong strings": listOf('"?"', size),
  "empty objects": listOf("{}", size),
  "long strings": listOf(`"${"x".repeat(5000)}"`, size),
  "one text": `"${"x".repeat(size)}"`,
  "one number": "9".repeat(size),
  "another alphabet": `"${"é".repeat(size / 2)}"`,
  "control characters": `"${"\\u0001".repeat(size / 6)}"`,
  fields: `{${Array.from({ length: size / 12 }, (_, at) => `"f${at}":1`).join()}}`,
  "lists in lists": `${"[".repeat(100)}${listOf("1", size)}${"]".repeat(100)}`,
});

const DEFINITION = { pairs: ["BTCUSDT"], timeframe: "1h", entry_conditions: {}, exit_conditions: {}, filters: {} };
const TIMES = { start_time: "2026-01-05T00:00:00Z", end_time: "2026-01-05T00:30:00Z" };
const BODIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "/auth/register": { display_name: "x", starting_balance: "1", email: "a@example.com", password: "longenough1" },
  "/auth/login": { api_key: "x", api_secret: "x" },
  "/auth/user-login": { email: "a@example.com", password: "longenough1" },
  "/trade/order": { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.001", price: "1" },
  "/account/reset": { confirm: true, new_starting_balance: "1" },
  "/agents": { display_name: "x", starting_balance: "1", strategy_tags: [], risk_profile: {}, color: "#ff00ff" },
  "/strategies": { name: "x", description: "x", definition: DEFINITION },
  "/backtest/create": { ...TIMES, starting_balance: "1", pairs: ["BTCUSDT"], candle_interval: 60, agent_id: "x" },
  "/webhooks": { url: "https://hooks.example.com/x", events: ["backtest.completed"], description: "x" },
  "/metrics/deflated-sharpe": { returns: [0.1], num_trials: 3, annualization_factor: 252 },
  "/strategies/compare": { strategy_ids: ["x", "y"], ranking_metric: "sharpe_ratio" },
  "/training/runs": { run_id: "00000000-0000-4000-8000-00000000abcd", config: {}, strategy_id: "x" },
};
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  "/market/prices": ["symbols"],
  "/market/tickers": ["symbols"],
  "/market/price/BTCUSDT": ["symbol"],
  "/market/candles/BTCUSDT": ["interval", "limit", "start_time"],
  "/market/orderbook/BTCUSDT": ["depth"],
  "/market/indicators/BTCUSDT": ["indicators", "lookback"],
  "/trade/orders": ["status", "symbol", "limit"],
  "/trade/history": ["symbol", "side", "offset"],
  "/account/pnl": ["period"],
  "/analytics/performance": ["period"],
  "/training/compare": ["run_ids"],
  "/backtest/compare": ["sessions"],
  "/backtest/list": ["status", "limit"],
};

interface Measured {
  readonly status: number;
  readonly bytes: number;
  readonly issues: number;
}

async function setup(fidelity: (typeof BOTH)[number]) {
  const exchange = open({ fidelity, market: manualMarket(PAIRS) });
  const { accountKey } = await trader(exchange);
  return async (method: string, path: string, body?: string, contentType = "application/json"): Promise<Measured> => {
    const headers = { "x-api-key": accountKey, "content-type": contentType };
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await exchange.fetch(`http://exchange.test/api/v1${path}`, init);
    const text = await response.text();
    const { detail, error } = JSON.parse(text) as {
      readonly detail?: unknown;
      readonly error?: { readonly details?: { readonly errors?: unknown } };
    };
    const issues = detail ?? error?.details?.errors;
    return {
      status: response.status,
      bytes: utf8.encode(text).length,
      issues: Array.isArray(issues) ? issues.length : 0,
    };
  };
}

describe.each(BOTH)("the response to many or large errors (%s)", (fidelity) => {
  it("is bounded in every field of every body", { timeout: 120_000 }, async () => {
    const request = await setup(fidelity);
    const wrong: unknown[] = [];
    let rejected = 0;
    const measure = async (what: string, path: string, body: string, type?: string): Promise<void> => {
      const { status, bytes, issues } = await request("POST", path, body, type);
      if (status >= 400) rejected++;
      if (status < 400 ? bytes > MOST_BYTES + body.length : bytes > MOST_BYTES || issues > 100)
        wrong.push([what, path, status, bytes, issues]);
    };
    for (const [path, wanted] of Object.entries(BODIES)) {
      for (const [kind, value] of Object.entries(large(SIZE))) {
        const spots: readonly (readonly [string, string])[] = [
          ["body", value],
          ["rest", `{"rest":${value}}`],
          ...Object.keys(wanted).map(
            (name) => [name, JSON.stringify({ ...wanted, [name]: "@" }).replace('"@"', value)] as const,
          ),
          ...Object.keys(path === "/strategies" ? DEFINITION : {}).map((name) => {
            const definition = { ...DEFINITION, [name]: "@" };
            return [`definition.${name}`, JSON.stringify({ ...wanted, definition }).replace('"@"', value)] as const;
          }),
        ];
        for (const [spot, body] of spots) await measure(`${spot}: ${kind}`, path, body);
        await measure(`as text: ${kind}`, path, value, "text/plain");
      }
    }
    expect(wrong).toEqual([]);
    expect(rejected).toBeGreaterThan(500);
  });

  it("is bounded in every parameter", async () => {
    const request = await setup(fidelity);
    const wrong: unknown[] = [];
    for (const [path, names] of Object.entries(QUERIES)) {
      for (const name of names) {
        for (const value of [",", "x,", "?,", "rsi_1,", "BTCUSDT,", "9", "%F0%9F%A6%80", "%00"]) {
          const text = value.repeat(Math.floor(SIZE / value.length));
          const { status, bytes, issues } = await request("GET", `${path}?${name}=${text}`);
          if (bytes > MOST_BYTES || issues > 100) wrong.push([path, name, value, status, bytes, issues]);
        }
      }
    }
    for (const part of ["market/price", "market/candles", "trade/order", "agents", "backtest", "webhooks"]) {
      const { status, bytes } = await request("GET", `/${part}/${"A".repeat(SIZE)}`);
      if (bytes > MOST_BYTES) wrong.push([part, status, bytes]);
    }
    expect(wrong).toEqual([]);
  });

  it("lists a hundred of a million wrong pairs", async () => {
    const request = await setup(fidelity);
    const pairs = "[" + Array(400_000).fill("1").join(",") + "]";
    const created = `{"name":"x","definition":{"pairs":${pairs}}}`;
    expect(await request("POST", "/strategies", created)).toMatchObject({ status: 422, issues: 100 });
    const plan = `{"start_time":"2026-01-05T00:00:00Z","end_time":"2026-01-05T00:30:00Z","pairs":${pairs}}`;
    const response = await request("POST", "/backtest/create", plan);
    expect(response).toMatchObject({ status: 422, issues: 100 });
    expect(response.bytes).toBeLessThan(MOST_BYTES);
  });
});

describe("stored bodies", () => {
  it.each(BOTH)("have at most 32 KiB, since lists send them back (%s)", async (fidelity) => {
    const request = await setup(fidelity);
    const fill = (size: number): string => JSON.stringify(Array(Math.floor(size / 10)).fill("BTCUSDT"));
    const text = (size: number): string => JSON.stringify("x".repeat(size));
    const bodies: readonly (readonly [string, (size: number) => string])[] = [
      ["/auth/register", (size) => `{"email":"a@${"x".repeat(size)}.example"}`],
      ["/agents", (size) => `{"display_name":"x","strategy_tags":${fill(size)}}`],
      ["/agents", (size) => `{"display_name":"x","risk_profile":{"x":${text(size)}}}`],
      ["/strategies", (size) => `{"name":"x","definition":{"pairs":${fill(size)}}}`],
      ["/strategies", (size) => `{"name":"x","definition":{"pairs":["BTCUSDT"],"filters":{"x":${text(size)}}}}`],
      ["/webhooks", (size) => `{"url":"https://h.example.com/x","events":["strategy.deployed"],"x":${text(size)}}`],
      ["/training/runs", (size) => `{"run_id":"00000000-0000-4000-8000-00000000abcd","config":{"x":${text(size)}}}`],
    ];
    for (const [path, body] of bodies) {
      expect([path, (await request("POST", path, body(900 * KIB))).status]).toEqual([path, 422]);
      expect([path, (await request("POST", path, body(30 * KIB))).status]).toEqual([path, 201]);
    }
    // What was created from it is returned within the same bounds.
    for (const path of ["/agents", "/strategies", "/webhooks", "/training/runs"])
      expect((await request("GET", path)).bytes).toBeLessThan(3 * 32 * KIB);
  });
});

describe("quoted input", () => {
  it("is complete at normal lengths and truncated otherwise", async () => {
    const { apiKey } = await trader(open({}));
    const exchange = open({});
    const owner = await trader(exchange);
    const inputOf = async (events: unknown): Promise<unknown> =>
      (await owner.send("POST", "/webhooks", { url: "https://hooks.example.com/x", events })).json.detail[0]?.input;
    const small = [apiKey, { deep: [[["x".repeat(1000)]]] }, 1, null, -0.5, "é🦀"];
    expect(await inputOf(small)).toEqual(small);
    expect(await inputOf("x".repeat(1001))).toBe(`${"x".repeat(1000)}…`);
    expect(await inputOf(Array.from({ length: 150 }, () => 1))).toEqual([
      ...Array.from({ length: 100 }, () => 1),
      "… 50 more",
    ]);
  });
});
