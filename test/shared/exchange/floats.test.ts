import { describe, expect, it } from "vitest";
import { manualMarket } from "../../../src/exchange/index.ts";
import { stringifyJson } from "../../../src/exchange/http/json.ts";
import { number, record, withFloats } from "../../../src/wire/index.ts";
import { BOTH } from "./backtests.ts";
import { open, trader } from "./trader.ts";

describe("floating-point numbers", () => {
  const figure = record<{ value: number }>({ value: number });
  const written = (value: number): string => stringifyJson(withFloats(() => figure.encode({ value })));

  it.each([
    [0, "0.0"],
    [-0, "0.0"],
    [100, "100.0"],
    [-2, "-2.0"],
    [1.13, "1.13"],
    [0.0001, "0.0001"],
    [0.00001, "1e-05"],
    [1.5e-7, "1.5e-07"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e+16"],
    [-1.25e22, "-1.25e+22"],
  ])("%d is written as %s", (value, text) => {
    expect(written(value)).toBe(`{"value":${text}}`);
    expect(JSON.parse(text)).toBe(value === 0 ? 0 : value);
  });

  it("are plain numbers for other encoders", () => {
    expect(figure.encode({ value: 2 })).toEqual({ value: 2 });
  });

  it("leave other values unchanged", () => {
    const odd = { text: 'a "quoted" \u2028 text', none: undefined, list: [undefined, null, 1], deep: { flag: true } };
    expect(stringifyJson(odd)).toBe(JSON.stringify(odd));
    const value = withFloats(() => number.encode(1));
    expect(stringifyJson({ ...odd, value })).toBe(JSON.stringify({ ...odd, value: 0 }).replace(/0\}$/, "1.0}"));
  });

  it.each(BOTH)("are written as the platform writes them (%s)", async (fidelity) => {
    const exchange = open({ fidelity, market: manualMarket({ BTCUSDT: { price: "60000", volume: "1" } }) });
    const owner = await trader(exchange);
    const bodyOf = async (path: string, method = "GET", body?: unknown): Promise<string> => {
      const response = await exchange.fetch(`http://exchange.test${path}`, {
        method,
        headers: { "x-api-key": owner.apiKey, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return response.text();
    };
    expect(await bodyOf("/health")).toContain('"checks":{"redis_latency_ms":0.0,"db_latency_ms":0.0}');
    expect(await bodyOf("/api/v1/market/prices")).toContain('"count":1,"stale":false,"data_age_seconds":0.0}');
    const id = "e525356c-abe0-4594-88b8-5e00d2fb0eba";
    await bodyOf("/api/v1/training/runs", "POST", { run_id: id, config: { a: 1 } });
    const report = { episode_number: 1, roi_pct: 1, reward_sum: 2, total_trades: 3 };
    expect(await bodyOf(`/api/v1/training/runs/${id}/episodes`, "POST", report)).toContain('"episodes_completed":1,');
    await bodyOf(`/api/v1/training/runs/${id}/complete`, "POST");
    const run = await bodyOf(`/api/v1/training/runs/${id}`);
    expect(run).toContain('"config":{"a":1}');
    expect(run).toContain('"learning_curve":{"roi_pct":[1.0],"reward_sum":[2.0]}');
    expect(run).toContain('"metrics":{"roi_pct":1.0,"total_trades":3,"reward_sum":2.0}');
    expect(run).toContain('"total_episodes":1,"avg_roi_pct":1.0,');
    expect(await bodyOf(`/api/v1/training/runs/${id}/learning-curve`)).toContain('"smoothed_values":[1.0]');
    const orders = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: 1.5, price: 1 };
    expect(await bodyOf("/api/v1/trade/order", "POST", orders)).toContain('"price":1}');
  });
});
