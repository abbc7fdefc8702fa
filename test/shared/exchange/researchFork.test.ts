import { describe, expect, it } from "vitest";
import { randomWalkMarket, type Exchange, type Fidelity } from "../../../src/exchange/index.ts";
import { backtest, BOTH, buy, sell } from "./backtests.ts";
import { open, send, trader } from "./trader.ts";

const RUN = "4c35caf3-0962-4cf7-a529-95cd47a9244a";
const TREND = {
  pairs: ["BTCUSDT"],
  timeframe: "15m",
  entry_conditions: { price_above_ema: 9 },
  exit_conditions: { trailing_stop_pct: 0.5 },
};

/** A state with a running backtest, a running test and a training run. */
async function busy(
  fidelity: Fidelity,
): Promise<{ exchange: Exchange; apiKey: string; paths: readonly string[]; session: string }> {
  const exchange = open({ market: randomWalkMarket({ seed: 9 }), fidelity });
  const owner = await trader(exchange);
  const session = await backtest(owner, 300, { pairs: ["BTCUSDT"] });
  await session.send("POST", "/step/batch", { steps: 10 });
  await session.send("POST", "/trade/order", buy("0.1"));
  await session.send("POST", "/trade/order", { ...sell("0.05"), type: "stop_loss", price: "60000" });
  // Triggers immediately, but cannot pay the fee.
  await session.send("POST", "/trade/order", { ...buy("0.05"), type: "limit", price: "100000" });
  await session.send("POST", "/step/batch/fast", { steps: 50, include_intermediate_trades: true });
  const { json: strategy } = await owner.send("POST", "/strategies", { name: "Trend", definition: TREND });
  const { json: run } = await owner.send("POST", `/strategies/${strategy.strategy_id}/test`, {
    version: 1,
    date_range: { start: "2025-11-01T00:00:00Z", end: "2025-12-01T00:00:00Z" },
    episodes: 5,
    episode_duration_days: 10,
  });
  await owner.send("POST", "/training/runs", { run_id: RUN });
  await owner.send("POST", `/training/runs/${RUN}/episodes`, { episode_number: 1, roi_pct: 2, session_id: session.id });
  await exchange.advance(100);
  const tests = `/strategies/${strategy.strategy_id}`;
  const paths = [tests, `${tests}/tests/${run.test_run_id}`, `/training/runs/${RUN}`, "/backtest/list"];
  const inside = ["results", "results/trades", "results/equity-curve", "trade/orders", "account/balance"];
  return {
    exchange,
    apiKey: owner.apiKey,
    paths: [...paths, ...inside.map((each) => `/backtest/${session.id}/${each}`)],
    session: session.id,
  };
}

async function readAll(exchange: Exchange, apiKey: string, paths: readonly string[]): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for (const path of paths)
    answers.push((await send(exchange, "GET", `/api/v1${path}`, undefined, { "x-api-key": apiKey })).json);
  return answers;
}

describe("a fork of a busy exchange", () => {
  it.each(BOTH)("has the same state and the same future (%s)", async (fidelity) => {
    const { exchange, apiKey, paths, session } = await busy(fidelity);
    const copy = exchange.fork();
    expect(await readAll(copy, apiKey, paths)).toEqual(await readAll(exchange, apiKey, paths));
    for (const state of [exchange, copy]) {
      await state.advance(600_000);
      for (let step = 0; step < 3; step++)
        await send(
          state,
          "POST",
          `/api/v1/backtest/${session}/step/batch/fast`,
          { steps: 100 },
          { "x-api-key": apiKey },
        );
    }
    const results = await readAll(exchange, apiKey, paths);
    expect(await readAll(copy, apiKey, paths)).toEqual(results);
    expect(results[1]).toMatchObject({ status: "completed" });
    copy.close();
  });
});
