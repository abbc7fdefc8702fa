import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { issuesOf } from "../../support/issuesOf.ts";

type Target = api.Endpoint<unknown, unknown>;

const id = "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33";
const pair = { symbol: "BTCUSDT" };
const returns = Array.from({ length: 10 }, (_, index) => index / 100);
const test = { strategyId: id, version: 1, dateRange: { start: 0, end: 1000 } };
const risk = { maxPositionSizePct: 25, dailyLossLimitPct: 20, maxOpenOrders: 50 };
const agent = { displayName: "Kestrel" };
const backtest = { startTime: 0, endTime: 1000, startingBalance: 100 };

const field = (endpoint: Target, input: object, name: string, value: unknown): readonly string[] =>
  issuesOf(endpoint, { ...input, [name]: value }).map((issue) => issue.field);

describe("whole numbers", () => {
  const unlimited = Number.MAX_SAFE_INTEGER;
  const ranges: readonly (readonly [Target, object, string, number, number])[] = [
    [api.getCandles, pair, "limit", 1, 1000],
    [api.getRecentTrades, pair, "limit", 1, 500],
    [api.getIndicators, pair, "lookback", 14, 500],
    [api.getOpenOrders, {}, "limit", 1, 200],
    [api.getOpenOrders, {}, "offset", 0, unlimited],
    [api.listOrders, {}, "limit", 1, 500],
    [api.listOrders, {}, "offset", 0, unlimited],
    [api.getTradeHistory, {}, "limit", 1, 500],
    [api.getTradeHistory, {}, "offset", 0, unlimited],
    [api.getPortfolioHistory, {}, "limit", 1, 1000],
    [api.updateRiskProfile, risk, "maxPositionSizePct", 1, 100],
    [api.updateRiskProfile, risk, "dailyLossLimitPct", 1, 100],
    [api.updateRiskProfile, risk, "maxOpenOrders", 1, unlimited],
    [api.updateAgentRiskProfile, { agentId: id, ...risk }, "maxPositionSizePct", 1, 100],
    [api.getAgents, {}, "limit", 1, 500],
    [api.getAgents, {}, "offset", 0, unlimited],
    [api.getStrategies, {}, "limit", 1, 100],
    [api.getStrategies, {}, "offset", 0, unlimited],
    [api.deployStrategy, { strategyId: id }, "version", 1, unlimited],
    [api.runTest, test, "version", 1, unlimited],
    [api.runTest, test, "episodes", 1, 100],
    [api.runTest, test, "episodeDurationDays", 1, 365],
    [api.compareVersions, { strategyId: id, v2: 1 }, "v1", 1, unlimited],
    [api.compareVersions, { strategyId: id, v1: 1 }, "v2", 1, unlimited],
    [api.getTrainingRuns, {}, "limit", 1, 100],
    [api.getTrainingRuns, {}, "offset", 0, unlimited],
    [api.getVersion, { strategyId: id }, "version", 1, unlimited],
    [api.getLearningCurve, { runId: id }, "window", 1, 100],
    [api.getBacktests, {}, "limit", 1, 200],
    [api.getBacktestCandles, { sessionId: id, ...pair }, "limit", 1, 1000],
    [api.getBacktestTrades, { sessionId: id }, "limit", 1, 10_000],
    [api.getBacktestTrades, { sessionId: id }, "offset", 0, unlimited],
    [api.getBacktestEquityCurve, { sessionId: id }, "interval", 1, unlimited],
    [api.reportEpisode, { runId: id }, "episodeNumber", 1, unlimited],
    [api.reportEpisode, { runId: id, episodeNumber: 1 }, "totalTrades", 0, unlimited],
    [api.stepBacktestBatch, { sessionId: id }, "steps", 1, 10_000],
    [api.batchStepFast, { sessionId: id }, "steps", 1, 100_000],
    [api.computeDeflatedSharpe, { returns }, "numTrials", 1, 100_000],
    [api.computeDeflatedSharpe, { returns, numTrials: 1 }, "annualizationFactor", 1, 525_600],
  ];
  for (const [endpoint, input, name, min, max] of ranges) {
    it(`${endpoint.name}: ${name} from ${min} to ${max === unlimited ? "any" : max}`, () => {
      for (const value of [min, min + 1, max]) expect(field(endpoint, input, name, value)).toEqual([]);
      for (const value of [min - 1, max + 1, min + 0.5, String(min), Number.NaN, null, true]) {
        expect(field(endpoint, input, name, value)).toEqual([name]);
      }
    });
  }
});

describe("enumerations", () => {
  const periods = ["1d", "7d", "30d", "90d", "all"];
  const tests = ["running", "completed", "failed", "cancelled"];
  const choices: readonly (readonly [Target, object, string, readonly unknown[], readonly unknown[]])[] = [
    [api.getCandles, pair, "interval", ["1m", "5m", "1h", "1d"], ["15m", "4h", "1H", 60]],
    [api.getOrderbook, pair, "depth", [5, 10, 20], [1, 15, 100, "5"]],
    [api.getPairs, {}, "status", ["active", "inactive"], ["all"]],
    [api.placeMarketOrder, { ...pair, quantity: 1 }, "side", ["buy", "sell"], ["BUY", "Sell", "short", " buy"]],
    [
      api.listOrders,
      {},
      "status",
      ["pending", "filled", "cancelled", "expired", "partially_filled", "rejected"],
      ["all", "open", "canceled"],
    ],
    [api.getTradeHistory, {}, "side", ["buy", "sell"], ["both"]],
    [api.getPnl, {}, "period", ["1d", "7d", "30d", "all"], ["90d", "1h"]],
    [api.getPerformance, {}, "period", periods, ["1y"]],
    [api.getLeaderboard, {}, "period", periods, ["1y"]],
    [api.getPortfolioHistory, {}, "interval", ["1m", "1h", "1d"], ["5m"]],
    [api.getStrategies, {}, "status", ["draft", "testing", "validated", "deployed", "archived"], ["all"]],
    [
      api.compareStrategies,
      { strategyIds: [id, id] },
      "rankingMetric",
      ["sharpe_ratio", "sortino_ratio", "max_drawdown_pct", "win_rate", "roi_pct", "profit_factor"],
      ["sharpe", ["roi_pct"]],
    ],
    [api.getTrainingRuns, {}, "status", tests, ["queued"]],
    [
      api.getLearningCurve,
      { runId: id },
      "metric",
      ["roi_pct", "sharpe_ratio", "max_drawdown_pct", "total_trades", "reward_sum"],
      ["roiPct", "reward"],
    ],
    [api.getBacktests, {}, "status", ["created", ...tests], ["paused"]],
    [
      api.getBacktests,
      {},
      "sortBy",
      [
        "created_at",
        "started_at",
        "completed_at",
        "final_equity",
        "total_pnl",
        "roi_pct",
        "total_trades",
        "total_fees",
      ],
      ["sharpe_ratio", "roiPct"],
    ],
    [
      api.getBestBacktest,
      {},
      "metric",
      [
        "roi_pct",
        "total_pnl",
        "total_trades",
        "sharpe_ratio",
        "sortino_ratio",
        "max_drawdown_pct",
        "win_rate",
        "profit_factor",
      ],
      ["sharpe", "final_equity"],
    ],
    [api.getBacktestCandles, { sessionId: id, ...pair }, "interval", ["1m", "5m", "1h", "1d"], ["15m", "4h", 60, "60"]],
    [
      api.createBacktest,
      backtest,
      "candleInterval",
      [60, 300, 3600, 86_400, "1m", "5m", "1h", "1d"],
      [30, "60", "15m"],
    ],
    [
      api.placeBacktestOrder,
      { sessionId: id, ...pair, side: "buy", quantity: 1, price: 1 },
      "type",
      ["limit", "stop_loss", "take_profit"],
      ["LIMIT", "stop"],
    ],
  ];
  for (const [endpoint, input, name, taken, others] of choices) {
    it(`${endpoint.name}: ${name} is ${taken.join(", ")}`, () => {
      for (const value of taken) expect(field(endpoint, input, name, value)).toEqual([]);
      for (const other of others) {
        const issues = issuesOf(endpoint, { ...input, [name]: other });
        expect(issues.map((issue) => issue.field)).toEqual([name]);
        for (const value of taken) expect(issues[0]?.message).toContain(String(value));
      }
    });
  }
});

describe("strings", () => {
  const lengths: readonly (readonly [Target, object, string, number, number])[] = [
    [api.createStrategy, { definition: { pairs: ["BTCUSDT"] } }, "name", 1, 200],
    [api.createStrategy, { name: "x", definition: { pairs: ["BTCUSDT"] } }, "description", 0, 2000],
    [api.createVersion, { strategyId: id, definition: { pairs: ["BTCUSDT"] } }, "changeNotes", 0, 2000],
    [api.updateStrategy, { strategyId: id }, "name", 1, 200],
    [api.updateStrategy, { strategyId: id }, "description", 0, 2000],
    [api.createBacktest, backtest, "strategyLabel", 0, 100],
    [api.getBacktests, {}, "strategyLabel", 0, 100],
    [api.getBestBacktest, {}, "strategyLabel", 0, 100],
    [api.createWebhook, { url: "https://example.com", events: ["strategy.deployed"] }, "description", 0, 255],
    [api.updateWebhook, { webhookId: id }, "description", 0, 255],
    [api.createAgent, {}, "displayName", 1, 100],
    [api.createAgent, agent, "llmModel", 0, 100],
    [api.createAgent, agent, "framework", 0, 100],
    [api.createAgent, agent, "color", 0, 7],
    [api.register, {}, "displayName", 0, 92],
    [api.register, {}, "password", 8, 72],
  ];
  for (const [endpoint, input, name, min, max] of lengths) {
    it(`${endpoint.name}: ${name} of ${min} to ${max} characters, not counting surrounding white space`, () => {
      for (const length of [min, max]) {
        expect(field(endpoint, input, name, "x".repeat(length))).toEqual([]);
        expect(field(endpoint, input, name, `  ${"x".repeat(length)}\t`)).toEqual([]);
      }
      expect(field(endpoint, input, name, "x".repeat(max + 1))).toEqual([name]);
      const tooShort = min === 0 ? [] : [` ${"x".repeat(min - 1)} `];
      for (const value of [...tooShort, 5, null, ["x"]]) expect(field(endpoint, input, name, value)).toEqual([name]);
    });
  }

  it("email addresses are checked for their form", () => {
    for (const email of ["ops@kestrel.example", "a+b@c.de"])
      expect(field(api.register, {}, "email", email)).toEqual([]);
    for (const email of ["ops", "ops@kestrel", "@kestrel.example", "a b@c.de", ""])
      expect(field(api.register, {}, "email", email)).toEqual(["email"]);
  });
});

describe("webhooks", () => {
  const hook = { events: ["backtest.completed"] };

  it("URLs are https with a public host name", () => {
    for (const url of ["https://hooks.example.com/a", "HTTPS://example.com:8443/x?y=z", " https://example.com "]) {
      expect(field(api.createWebhook, hook, "url", url)).toEqual([]);
    }
    const bad = [
      "http://example.com",
      "ftp://example.com",
      "example.com",
      "https://",
      "",
      "https://127.0.0.1/x",
      "https://8.8.8.8",
      "https://2130706433/",
      "https://0x7f.1/",
      "https://[::1]/",
      "https://localhost/x",
      "https://LOCALHOST.",
      "https://app.localhost/",
      `https://example.com/${"x".repeat(2048)}`,
      null,
      5,
    ];
    for (const url of bad) {
      expect(field(api.createWebhook, hook, "url", url)).toEqual(["url"]);
      expect(field(api.updateWebhook, { webhookId: id }, "url", url)).toEqual(["url"]);
    }
  });

  it("events are those that the platform has", () => {
    const url = { url: "https://example.com" };
    const all = ["backtest.completed", "strategy.test.completed", "strategy.deployed", "battle.completed"];
    expect(field(api.createWebhook, url, "events", all)).toEqual([]);
    expect(field(api.createWebhook, url, "events", [])).toEqual(["events"]);
    expect(field(api.createWebhook, url, "events", "backtest.completed")).toEqual(["events"]);
    const issues = issuesOf(api.createWebhook, { ...url, events: ["backtest.completed", "order.filled"] });
    expect(issues[0]?.field).toBe("events.1");
    for (const event of all) expect(issues[0]?.message).toContain(event);
  });

  it("an update without changes is rejected", () => {
    expect(issuesOf(api.updateWebhook, { webhookId: id })).toEqual([
      { field: "", message: "expects at least one of url, events, active or description" },
    ]);
    expect(issuesOf(api.updateWebhook, { webhookId: id, url: undefined })).toHaveLength(1);
    expect(issuesOf(api.updateWebhook, { webhookId: id, active: false })).toEqual([]);
    expect(field(api.updateWebhook, { webhookId: id }, "active", "no")).toEqual(["active"]);
  });
});

it("an update of a strategy without changes is rejected", () => {
  const issue = { field: "", message: "expects at least one of name or description" };
  expect(issuesOf(api.updateStrategy, { strategyId: id })).toEqual([issue]);
  expect(issuesOf(api.updateStrategy, { strategyId: id, name: undefined })).toEqual([issue]);
  expect(issuesOf(api.updateStrategy, { strategyId: id, description: "" })).toEqual([]);
});

it("a comparison needs at least two backtests", () => {
  for (const sessions of [[], [id]])
    expect(issuesOf(api.compareBacktests, { sessions })).toEqual([
      { field: "sessions", message: "must contain at least 2 session IDs" },
    ]);
  expect(issuesOf(api.compareBacktests, { sessions: [id, "x"] }).map((issue) => issue.field)).toEqual(["sessions.1"]);
  expect(issuesOf(api.compareBacktests, { sessions: Array.from({ length: 50 }, () => id) })).toEqual([]);
});

describe("numbers", () => {
  it("accepts 10 to 10000 finite returns", () => {
    expect(
      field(
        api.computeDeflatedSharpe,
        { numTrials: 1 },
        "returns",
        Array.from({ length: 10_000 }, () => 0.1),
      ),
    ).toEqual([]);
    expect(
      field(
        api.computeDeflatedSharpe,
        { numTrials: 1 },
        "returns",
        Array.from({ length: 10_001 }, () => 0.1),
      ),
    ).toEqual(["returns"]);
    expect(field(api.computeDeflatedSharpe, { numTrials: 1 }, "returns", [...returns, Number.NaN])).toEqual([
      "returns.10",
    ]);
    expect(field(api.computeDeflatedSharpe, { numTrials: 1 }, "returns", [...returns, "0.1"])).toEqual(["returns.10"]);
  });

  it("metrics of an episode are finite", () => {
    for (const name of ["roiPct", "sharpeRatio", "maxDrawdownPct", "rewardSum"]) {
      expect(field(api.reportEpisode, { runId: id, episodeNumber: 1 }, name, -1.5)).toEqual([]);
      for (const value of [Number.NaN, Infinity, "1"])
        expect(field(api.reportEpisode, { runId: id, episodeNumber: 1 }, name, value)).toEqual([name]);
    }
  });

  it("an agent's limits are restricted to values that the platform can handle", () => {
    const limit = (name: string, value: unknown): readonly string[] =>
      issuesOf(api.createAgent, { ...agent, riskProfile: { [name]: value } }).map((issue) => issue.field);
    for (const [name, good, bad] of [
      ["maxPositionSizePct", [1, 100], [0, 101, 12.5]],
      ["dailyLossLimitPct", [1, 100], [0, 101, 12.5]],
      ["maxOpenOrders", [1], [0, 1.5]],
      ["minOrderSizeUsd", [0, 0.5, 1000], [-1, Infinity]],
      ["maxOrderSizePct", [0, 12.5, 100], [-1, 100.5]],
      ["orderRateLimit", [1, 1000], [0, 1.5]],
    ] as const) {
      for (const value of good) expect(limit(name, value)).toEqual([]);
      for (const value of [...bad, "5", null]) expect(limit(name, value)).toEqual([`riskProfile.${name}`]);
    }
    expect(limit("max_open_orders", 5)).toEqual(["riskProfile.max_open_orders"]);
  });
});
