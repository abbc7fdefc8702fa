import { describe, expect, it } from "vitest";
import * as api from "../../../src/endpoints/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { issuesOf } from "../../support/issuesOf.ts";

const id = "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33";

function request<Input>(endpoint: api.Endpoint<Input, unknown>, input: Input): readonly unknown[] {
  const { method, target, body } = api.toWireRequest(endpoint, api.validate(endpoint, input));
  return [method, target, body === undefined ? undefined : JSON.parse(body)];
}

describe("requests that were not recorded", () => {
  it("agents", () => {
    const riskProfile = {
      maxPositionSizePct: 30,
      dailyLossLimitPct: 10,
      maxOpenOrders: 5,
      minOrderSizeUsd: 2.5,
      maxOrderSizePct: 40,
      orderRateLimit: 20,
    };
    expect(
      request(api.createAgent, {
        displayName: "Kestrel",
        startingBalance: new Decimal("5000.5"),
        llmModel: "m",
        framework: "f",
        strategyTags: ["a", "b"],
        riskProfile,
        color: "#aabbcc",
      }),
    ).toEqual([
      "POST",
      "/api/v1/agents",
      {
        display_name: "Kestrel",
        starting_balance: "5000.5",
        llm_model: "m",
        framework: "f",
        strategy_tags: ["a", "b"],
        color: "#aabbcc",
        risk_profile: {
          max_position_size_pct: 30,
          daily_loss_limit_pct: 10,
          max_open_orders: 5,
          min_order_size_usd: 2.5,
          max_order_size_pct: 40,
          order_rate_limit: 20,
        },
      },
    ]);
    expect(request(api.createAgent, { displayName: "K", riskProfile: { maxOpenOrders: 5 } })[2]).toEqual({
      display_name: "K",
      risk_profile: { max_open_orders: 5 },
    });
    expect(request(api.getAgents, { includeArchived: true, limit: 5, offset: 0 })).toEqual([
      "GET",
      "/api/v1/agents?include_archived=true&limit=5&offset=0",
      undefined,
    ]);
  });

  it("one agent", () => {
    const path = `/api/v1/agents/${id}`;
    expect(request(api.getAgentsOverview, {})).toEqual(["GET", "/api/v1/agents/overview", undefined]);
    expect(request(api.getAgent, { agentId: id })).toEqual(["GET", path, undefined]);
    expect(request(api.archiveAgent, { agentId: id })).toEqual(["POST", `${path}/archive`, undefined]);
    expect(request(api.resetAgent, { agentId: id })).toEqual(["POST", `${path}/reset`, undefined]);
    expect(request(api.deleteAgent, { agentId: id })).toEqual(["DELETE", path, undefined]);
    expect(request(api.getAgentKey, { agentId: id })).toEqual(["GET", `${path}/api-key`, undefined]);
    expect(request(api.regenerateAgentKey, { agentId: id })).toEqual(["POST", `${path}/regenerate-key`, undefined]);
    expect(request(api.getAgentSkill, { agentId: id })).toEqual(["GET", `${path}/skill.md`, undefined]);
  });

  it("the name of a clone is in the query, although the request is a POST", () => {
    const path = `/api/v1/agents/${id}/clone`;
    expect(request(api.cloneAgent, { agentId: id })).toEqual(["POST", path, undefined]);
    expect(request(api.cloneAgent, { agentId: id, newName: "Two & a half" })).toEqual([
      "POST",
      `${path}?new_name=Two%20%26%20a%20half`,
      undefined,
    ]);
  });

  it("changes of an agent contain what is given, null included", () => {
    const changes = {
      displayName: "K",
      llmModel: null,
      framework: null,
      strategyTags: [],
      riskProfile: { maxOpenOrders: 5 },
      color: null,
      avatarUrl: null,
    };
    expect(request(api.updateAgent, { agentId: id, ...changes })).toEqual([
      "PUT",
      `/api/v1/agents/${id}`,
      {
        display_name: "K",
        llm_model: null,
        framework: null,
        strategy_tags: [],
        risk_profile: { max_open_orders: 5 },
        color: null,
        avatar_url: null,
      },
    ]);
    expect(request(api.updateAgent, { agentId: id, color: "#112233", llmModel: undefined })[2]).toEqual({
      color: "#112233",
    });
    expect(issuesOf(api.updateAgent, { agentId: id })).toEqual([
      {
        field: "",
        message:
          "expects at least one of displayName, llmModel, framework, strategyTags, riskProfile, color or avatarUrl",
      },
    ]);
    expect(issuesOf(api.updateAgent, { agentId: id, displayName: null })[0]?.field).toBe("displayName");
    expect(issuesOf(api.updateAgent, { agentId: id, strategyTags: null })[0]?.field).toBe("strategyTags");
    expect(issuesOf(api.updateAgent, { agentId: id, riskProfile: { maxOpenOrders: 0 } })[0]?.field).toBe(
      "riskProfile.maxOpenOrders",
    );
  });

  it("decisions and feedback", () => {
    const path = `/api/v1/agents/${id}`;
    expect(request(api.getDecisionTrace, { agentId: id, traceId: "run 7?#%2e&x=1" })).toEqual([
      "GET",
      `${path}/decisions/trace/run%207%3F%23%252e%26x%3D1`,
      undefined,
    ]);
    expect(request(api.analyzeDecisions, { agentId: id })).toEqual(["GET", `${path}/decisions/analyze`, undefined]);
    expect(
      request(api.analyzeDecisions, {
        agentId: id,
        start: new Date(0),
        end: "2026-01-01T00:00:00+01:00",
        minConfidence: 0.5,
        direction: "hold",
        pnlOutcome: "positive",
        limit: 500,
      })[1],
    ).toBe(
      `${path}/decisions/analyze?start=1970-01-01T00%3A00%3A00.000Z&end=2026-01-01T00%3A00%3A00%2B01%3A00` +
        "&min_confidence=0.5&direction=hold&pnl_outcome=positive&limit=500",
    );
    expect(request(api.updateFeedback, { agentId: id, feedbackId: id, status: "wont_fix" })).toEqual([
      "PATCH",
      `${path}/feedback/${id}`,
      { status: "wont_fix" },
    ]);
    expect(
      request(api.updateFeedback, { agentId: id, feedbackId: id, status: "resolved", resolution: "Done." })[2],
    ).toEqual({ status: "resolved", resolution: "Done." });
  });

  it.each(["", "a/b", "/", ".", "..", " ", "\n", "é", "\ud800", "x".repeat(201), 5, null])(
    "a trace id that leads to another path is rejected: %j",
    (traceId) => {
      expect(issuesOf(api.getDecisionTrace, { agentId: id, traceId })).toEqual([
        {
          field: "traceId",
          message: "must be 1 to 200 ASCII characters without a slash, and must not begin with a dot or a space",
        },
      ]);
    },
  );

  it("the mode of the account", () => {
    expect(request(api.getAccountMode, {})).toEqual(["GET", "/api/v1/account/mode", undefined]);
    expect(request(api.setAccountMode, { mode: "live" })).toEqual(["POST", "/api/v1/account/mode", { mode: "live" }]);
    expect(request(api.setAccountMode, { mode: "backtest", strategyLabel: "rsi" })[2]).toEqual({
      mode: "backtest",
      strategy_label: "rsi",
    });
    expect(issuesOf(api.setAccountMode, { mode: "paper" })[0]?.field).toBe("mode");
  });

  it("risk profiles", () => {
    const limits = { maxPositionSizePct: 30, dailyLossLimitPct: 10, maxOpenOrders: 5 };
    const body = { max_position_size_pct: 30, daily_loss_limit_pct: 10, max_open_orders: 5 };
    expect(request(api.getRiskProfile, { agentId: id })).toEqual([
      "GET",
      `/api/v1/agents/${id}/risk-profile`,
      undefined,
    ]);
    expect(request(api.updateRiskProfile, limits)).toEqual(["PUT", "/api/v1/account/risk-profile", body]);
    expect(request(api.updateAgentRiskProfile, { agentId: id, ...limits })).toEqual([
      "PUT",
      `/api/v1/agents/${id}/risk-profile`,
      body,
    ]);
  });

  it("backtests", () => {
    const path = `/api/v1/backtest/${id}`;
    const times = { startTime: new Date(0), endTime: 60_000, startingBalance: 10_000 };
    expect(request(api.createBacktest, { ...times, candleInterval: "1h", feeRate: 0, agentId: id })).toEqual([
      "POST",
      "/api/v1/backtest/create",
      {
        start_time: "1970-01-01T00:00:00.000Z",
        end_time: "1970-01-01T00:01:00.000Z",
        starting_balance: "10000",
        candle_interval: 3600,
        fee_rate: "0",
        agent_id: id,
      },
    ]);
    for (const [label, seconds] of [
      ["1m", 60],
      ["5m", 300],
      ["1h", 3600],
      ["1d", 86_400],
      [300, 300],
    ] as const) {
      expect(request(api.createBacktest, { ...times, candleInterval: label })[2]).toMatchObject({
        candle_interval: seconds,
      });
    }
    expect(request(api.createBacktest, times)[2]).not.toHaveProperty("candle_interval");
    expect(issuesOf(api.createBacktest, { ...times, endTime: 0 })).toEqual([
      { field: "endTime", message: "must be after startTime" },
    ]);
    expect(request(api.stepBacktest, { sessionId: id })).toEqual(["POST", `${path}/step`, undefined]);
    expect(request(api.stepBacktestBatch, { sessionId: id, steps: 5 })).toEqual([
      "POST",
      `${path}/step/batch`,
      { steps: 5 },
    ]);
    expect(request(api.cancelBacktest, { sessionId: id })).toEqual(["POST", `${path}/cancel`, undefined]);
  });

  it("reads of a backtest", () => {
    const path = `/api/v1/backtest/${id}`;
    const session = { sessionId: id };
    const btc = { ...session, symbol: "btcusdt" };
    const reads: readonly (readonly [readonly unknown[], string])[] = [
      [request(api.getBacktestStatus, session), `${path}/status`],
      [request(api.getBacktestPrice, btc), `${path}/market/price/BTCUSDT`],
      [request(api.getBacktestPrice, { ...session, symbol: "1inchUSDT" }), `${path}/market/price/1INCHUSDT`],
      [request(api.getBacktestPrices, session), `${path}/market/prices`],
      [request(api.getBacktestTicker, btc), `${path}/market/ticker/BTCUSDT`],
      [request(api.getBacktestCandles, btc), `${path}/market/candles/BTCUSDT`],
      [
        request(api.getBacktestCandles, { ...btc, interval: "1h", limit: 5 }),
        `${path}/market/candles/BTCUSDT?interval=1h&limit=5`,
      ],
      [request(api.getBacktestBalance, session), `${path}/account/balance`],
      [request(api.getBacktestPositions, session), `${path}/account/positions`],
      [request(api.getBacktestPortfolio, session), `${path}/account/portfolio`],
      [request(api.listBacktestOrders, session), `${path}/trade/orders`],
      [request(api.getOpenBacktestOrders, session), `${path}/trade/orders/open`],
      [request(api.getBacktestTradeHistory, session), `${path}/trade/history`],
      [request(api.getBacktestTrades, { ...session, limit: 5, offset: 0 }), `${path}/results/trades?limit=5&offset=0`],
      [request(api.getBacktestEquityCurve, { ...session, interval: 3 }), `${path}/results/equity-curve?interval=3`],
      [
        request(api.getBacktests, {
          strategyLabel: "a b",
          status: "running",
          agentId: id,
          sortBy: "roi_pct",
          limit: 5,
        }),
        `/api/v1/backtest/list?strategy_label=a%20b&status=running&agent_id=${id}&sort_by=roi_pct&limit=5`,
      ],
      [request(api.compareBacktests, { sessions: [id, id] }), `/api/v1/backtest/compare?sessions=${id},${id}`],
      [
        request(api.getBestBacktest, { metric: "win_rate", strategyLabel: "x" }),
        "/api/v1/backtest/best?metric=win_rate&strategy_label=x",
      ],
    ];
    for (const [sent, target] of reads) expect(sent).toEqual(["GET", target, undefined]);
    expect(request(api.cancelBacktestOrder, { ...session, orderId: id })).toEqual([
      "DELETE",
      `${path}/trade/order/${id}`,
      undefined,
    ]);
  });

  it("changes and reads of a strategy", () => {
    const path = `/api/v1/strategies/${id}`;
    const strategy = { strategyId: id };
    expect(request(api.updateStrategy, { ...strategy, name: "n", description: "" })).toEqual([
      "PUT",
      path,
      { name: "n", description: "" },
    ]);
    expect(request(api.archiveStrategy, strategy)).toEqual(["DELETE", path, undefined]);
    expect(request(api.getVersions, strategy)).toEqual(["GET", `${path}/versions`, undefined]);
    expect(request(api.getVersion, { ...strategy, version: 3 })).toEqual(["GET", `${path}/versions/3`, undefined]);
    expect(request(api.getLatestTestResults, strategy)).toEqual(["GET", `${path}/test-results`, undefined]);
  });

  it("effects: reads and cancels may run twice, writes may not", () => {
    const cancels = [api.cancelBacktestOrder, api.cancelTest];
    expect(cancels.map(({ effect }) => effect)).toEqual(["cancel", "cancel"]);
    expect([api.updateStrategy, api.archiveStrategy].map(({ effect }) => effect)).toEqual(["write", "write"]);
  });

  it("backtest orders have a price if their type needs one", () => {
    const order = { sessionId: id, symbol: "btcusdt", side: "buy", quantity: 1 } as const;
    expect(request(api.placeBacktestOrder, order)[2]).toEqual({ symbol: "BTCUSDT", side: "buy", quantity: "1" });
    expect(request(api.placeBacktestOrder, { ...order, type: "limit", price: "2.50" })[2]).toEqual({
      symbol: "BTCUSDT",
      side: "buy",
      type: "limit",
      quantity: "1",
      price: "2.50",
    });
    for (const type of ["limit", "stop_loss", "take_profit"] as const)
      expect(issuesOf(api.placeBacktestOrder, { ...order, type })[0]?.field).toBe("price");
    for (const type of ["market", undefined] as const)
      expect(issuesOf(api.placeBacktestOrder, { ...order, type, price: 1 })).toEqual([
        { field: "price", message: "must be omitted for a market order" },
      ]);
  });

  it("strategy tests send timestamps and amounts as strings", () => {
    expect(
      request(api.runTest, {
        strategyId: id,
        version: 2,
        dateRange: { start: new Date(0), end: "2026-01-01T00:00:00+01:00" },
        randomizeDates: false,
        startingBalance: 500,
      }),
    ).toEqual([
      "POST",
      `/api/v1/strategies/${id}/test`,
      {
        version: 2,
        date_range: { start: "1970-01-01T00:00:00.000Z", end: "2026-01-01T00:00:00+01:00" },
        randomize_dates: false,
        starting_balance: "500",
      },
    ]);
    expect(
      issuesOf(api.runTest, { strategyId: id, version: 1, dateRange: { start: "2026-01-01" } }).map(
        ({ field }) => field,
      ),
    ).toEqual(["dateRange.start", "dateRange.end"]);
  });

  it("all other requests", () => {
    expect(request(api.getDataRange, {})).toEqual(["GET", "/api/v1/market/data-range", undefined]);
    expect(request(api.getLearningCurve, { runId: id, metric: "reward_sum", window: 3 })).toEqual([
      "GET",
      `/api/v1/training/runs/${id}/learning-curve?metric=reward_sum&window=3`,
      undefined,
    ]);
    expect(request(api.health, {})).toEqual(["GET", "/health", undefined]);
    expect(request(api.getPairs, { status: "inactive" })).toEqual([
      "GET",
      "/api/v1/market/pairs?status=inactive",
      undefined,
    ]);
    expect(request(api.getCandles, { symbol: "BTCUSDT", startTime: "2026-03-05T14:00:00+05:30" })).toEqual([
      "GET",
      "/api/v1/market/candles/BTCUSDT?start_time=2026-03-05T14%3A00%3A00%2B05%3A30",
      undefined,
    ]);
    expect(
      request(api.placeTakeProfit, { symbol: "BTCUSDT", side: "sell", quantity: "1", triggerPrice: "2" })[2],
    ).toEqual({ symbol: "BTCUSDT", side: "sell", type: "take_profit", quantity: "1", price: "2" });
    expect(request(api.register, { email: "a@b.cd", password: "12345678" })[2]).toEqual({
      email: "a@b.cd",
      password: "12345678",
    });
  });
});
