// Progress of long operations, for clients that ask for it.
import type { Progress } from "@modelcontextprotocol/client";
import { randomWalkMarket } from "../../src/exchange/index.ts";
import { afterEach, expect, test } from "vitest";
import { connectHttp, LEGACY, MODERN, openDesk, textOf } from "../support/mcp.ts";

const closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0).toReversed()) await close();
});

async function open(version: string) {
  const desk = await openDesk({ tools: "research" }, randomWalkMarket({ seed: 1 }));
  const client = await connectHttp(desk.handler.fetch, { version });
  closings.push(() => client.close());
  const call = async (name: string, args: object, onprogress?: (progress: Progress) => void) => {
    const result = await client.callTool({ name, arguments: { ...args } }, onprogress && { onprogress });
    expect(result.isError, textOf(result)).not.toBe(true);
    return result.structuredContent as Readonly<Record<string, unknown>>;
  };
  return { ...desk, call };
}

/** Values that progress must have: increasing, up to the total. */
function expectProgress(seen: readonly Progress[], total: number): void {
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.map(({ progress }) => progress)).toEqual(
    [...new Set(seen.map(({ progress }) => progress))].toSorted((a, b) => a - b),
  );
  expect(seen.at(-1)).toMatchObject({ progress: total, total });
}

test.for([MODERN, LEGACY])(
  "%s: many steps of a backtest are executed in parts",
  { timeout: 30_000 },
  async (version) => {
    const { call } = await open(version);
    const created = await call("createBacktest", {
      startTime: "2026-01-01T00:00:00Z",
      endTime: "2026-01-02T00:00:00Z",
      startingBalance: "10000",
      candleInterval: 60,
      pairs: ["BTCUSDT"],
    });
    const sessionId = created["sessionId"];
    await call("startBacktest", { sessionId });
    const seen: Progress[] = [];
    const stepped = await call("batchStepFast", { sessionId, steps: 600 }, (progress) => void seen.push(progress));
    expectProgress(seen, 600);
    expect(stepped).toMatchObject({ step: 600, stepsExecuted: 600 });
    // Without a wish for progress, it is one call.
    expect(await call("stepBacktestBatch", { sessionId, steps: 200 })).toMatchObject({ step: 800 });
    // The backtest ends before all steps are executed.
    const rest = await call("batchStepFast", { sessionId, steps: 5000 }, () => {});
    expect(rest).toMatchObject({ isComplete: true });
    expect(Number(rest["stepsExecuted"])).toBe(Number(created["totalSteps"]) - 800);
  },
);

test.for([MODERN, LEGACY])("%s: a strategy test is waited for", { timeout: 30_000 }, async (version) => {
  const { call, exchange } = await open(version);
  const definition = {
    pairs: ["BTCUSDT"],
    timeframe: "1h",
    entry_conditions: { rsi_below: 45 },
    exit_conditions: { take_profit_pct: 1, stop_loss_pct: 1 },
  };
  const { strategyId } = await call("createStrategy", { name: "Test", definition });
  const timer = setInterval(() => void exchange.advance(100), 20);
  closings.push(async () => clearInterval(timer));
  const seen: Progress[] = [];
  const plan = {
    strategyId,
    version: 1,
    episodes: 5,
    dateRange: { start: "2025-11-01T00:00:00Z", end: "2025-12-31T00:00:00Z" },
    episodeDurationDays: 7,
  };
  const run = await call("runTest", plan, (progress) => void seen.push(progress));
  expectProgress(seen, 5);
  expect(run).toMatchObject({ status: "completed", episodesCompleted: 5, progressPct: 100 });
  // Without a wish for progress, it only starts the test.
  expect(await call("runTest", plan)).toMatchObject({ episodesCompleted: 0 });
});
