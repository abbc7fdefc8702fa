import { describe, expect, it } from "vitest";
import { randomWalkMarket } from "../../../src/exchange/index.ts";
import { backtest, BOTH, buy } from "./backtests.ts";
import { setup } from "./webhookReceiver.ts";

const RANGE = { start: "2025-11-01T00:00:00Z", end: "2025-12-01T00:00:00Z" };

describe("events of backtests and strategies", () => {
  it.each(BOTH)("are delivered, or on the platform never sent (%s)", async (fidelity) => {
    const { exchange, owner, received } = await setup({ market: randomWalkMarket({ seed: 4 }), fidelity });
    const events = ["backtest.completed", "strategy.test.completed", "strategy.deployed"];
    await owner.send("POST", "/webhooks", { url: "https://hooks.example.com/a", events });
    const session = await backtest(owner, 60, { pairs: ["BTCUSDT"] });
    await session.send("POST", "/trade/order", buy("0.05"));
    await session.send("POST", "/step/batch", { steps: 100 });
    const { summary } = (await session.send("GET", "/results")).json;
    const cut = await backtest(owner, 60);
    await cut.send("POST", "/cancel");
    const definition = { pairs: ["BTCUSDT"], timeframe: "1d" };
    const { json: strategy } = await owner.send("POST", "/strategies", { name: "Dip", definition });
    const path = `/strategies/${strategy.strategy_id}` as const;
    await owner.send("POST", `${path}/deploy`, { version: 1 });
    const { json: run } = await owner.send("POST", `${path}/test`, { version: 1, date_range: RANGE, episodes: 1 });
    await exchange.advance(60_000);
    const ids = { backtest: session.id, strategy: strategy.strategy_id, run: run.test_run_id };
    const roi = Number(summary.roi_pct).toFixed(2);
    const bodies = [
      `{"backtest_id": "${ids.backtest}", "status": "completed", "roi_pct": "${roi}", "total_trades": ${summary.total_trades}, "final_equity": "${summary.final_equity}"}`,
      `{"strategy_id": "${ids.strategy}", "version": 1, "status": "deployed"}`,
      `{"test_run_id": "${ids.run}", "strategy_id": "${ids.strategy}", "status": "completed"}`,
    ];
    expect(received.map(({ body }) => body)).toEqual(fidelity === "observed" ? [] : bodies);
  });
});
