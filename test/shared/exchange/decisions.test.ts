// What the platform's own trading service records: decisions with their traces and outcomes, and feedback.
import { describe, expect, it } from "vitest";
import {
  manualMarket,
  type Exchange,
  type Fidelity,
  type ManualMarket,
  type ServiceRecord,
} from "../../../src/exchange/index.ts";
import { snapshotStore } from "../../support/snapshotStore.ts";
import { memoryStore } from "../../support/memoryStore.ts";
import { open, trader, type Trader } from "./trader.ts";

const PAIRS = { BTCUSDT: { price: "50000", volume: "100000" } };
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const BOTH: readonly Fidelity[] = ["declared", "observed"];

interface Setup {
  readonly exchange: Exchange<ManualMarket>;
  readonly bot: Trader;
  readonly record: (record: ServiceRecord) => Promise<string>;
}

async function setup(fidelity: Fidelity = "declared"): Promise<Setup> {
  const exchange = open({ fidelity, market: manualMarket(PAIRS) });
  const bot = await trader(exchange);
  return { exchange, bot, record: (record) => exchange.record(bot.agentId, record) };
}

describe.each(BOTH)("a trace (%s)", (fidelity) => {
  it("is empty if nothing has its id", async () => {
    const { bot } = await setup(fidelity);
    expect((await bot.get(`/agents/${bot.agentId}/decisions/trace/abc`)).json).toEqual({
      trace_id: "abc",
      signals: [],
      decision: null,
      api_calls: [],
      order: null,
      trade: null,
      pnl: null,
    });
  });

  it("contains nothing of ids that begin alike", async () => {
    const { bot, record } = await setup(fidelity);
    const traces = ["run", "run 7", "run!", "run 7!", "?#%2F", "run%207"];
    for (const traceId of traces) await record({ kind: "decision", direction: "hold", traceId, reasoning: traceId });
    const path = `/agents/${bot.agentId}/decisions/trace` as const;
    for (const traceId of traces) {
      const { json } = await bot.get(`${path}/${encodeURIComponent(traceId)}` as `${typeof path}/x`);
      expect(json.decision?.reasoning).toBe(traceId);
    }
    // A slash, also an encoded one, is part of the path.
    expect((await bot.get(`${path}/a%2Fb`)).status).toBe(404);
  });

  it("has the decision with its signals, requests, order, trade and result", async () => {
    const { exchange, bot, record } = await setup(fidelity);
    const traceId = "run-7";
    const signal = { kind: "signal", traceId, strategyName: "dip", symbol: "BTCUSDT", action: "buy" } as const;
    const first = await record({ ...signal, confidence: 0.9, weight: "0.50", signalData: { rsi: [28.4] } });
    const second = await record(signal);
    await bot.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.02" });
    exchange.market.set("BTCUSDT", { price: "51000" });
    const sold = await bot.order({ symbol: "BTCUSDT", side: "sell", type: "market", quantity: "0.01" });
    const orderId = sold.json.order_id;
    const request = {
      kind: "apiCall",
      traceId,
      channel: "rest",
      endpoint: "/api/v1/trade/order",
      latencyMs: 12.5,
    } as const;
    const apiCall = await record({ ...request, method: "POST", statusCode: 201, requestSize: 96, responseSize: 412 });
    const id = await record({
      kind: "decision",
      direction: "sell",
      traceId,
      symbol: "BTCUSDT",
      confidence: "0.8250",
      reasoning: "It rose.",
      marketSnapshot: { price: "51000" },
      riskAssessment: { max_loss_pct: 2 },
      orderId,
    });
    const path = `/agents/${bot.agentId}/decisions/trace/${traceId}` as const;
    const { json } = await bot.get(path);
    const created = { trace_id: traceId, created_at: "2026-01-05T00:00:30Z" };
    const about = { strategy_name: "dip", symbol: "BTCUSDT", action: "buy" };
    expect(json.signals).toEqual([
      { id: first, ...created, ...about, confidence: "0.9", weight: "0.50", signal_data: { rsi: [28.4] } },
      { id: second, ...created, ...about, confidence: null, weight: null, signal_data: {} },
    ]);
    expect(json.api_calls).toEqual([
      {
        id: apiCall,
        ...created,
        channel: "rest",
        endpoint: "/api/v1/trade/order",
        method: "POST",
        status_code: 201,
        latency_ms: "12.5",
        request_size: 96,
        response_size: 412,
        error: null,
      },
    ]);
    const decision = {
      id,
      agent_id: bot.agentId,
      ...created,
      decision_type: "trade",
      symbol: "BTCUSDT",
      direction: "sell",
      confidence: "0.8250",
      reasoning: "It rose.",
      market_snapshot: { price: "51000" },
      risk_assessment: { max_loss_pct: 2 },
      order_id: orderId,
      outcome_pnl: null,
      outcome_recorded_at: null,
    };
    expect(json.decision).toEqual(decision);
    const { json: order } = await bot.get(`/trade/order/${orderId}`);
    expect(json.order).toMatchObject({
      id: orderId,
      side: "sell",
      type: "market",
      status: "filled",
      executed_price: order.executed_price,
      executed_qty: "0.01000000",
      fee: order.fee,
      filled_at: order.filled_at,
    });
    const [trade] = (await bot.get("/trade/history?side=sell")).json.trades;
    expect(json.trade).toMatchObject({
      id: trade?.trade_id,
      side: "sell",
      quote_amount: trade?.total,
      fee: trade?.fee,
    });
    // Until an outcome is recorded, the result is that of the sale.
    expect(Number(json.trade?.realized_pnl)).toBeGreaterThan(0);
    expect(json.pnl).toBe(json.trade?.realized_pnl);

    await exchange.advance(60_000);
    expect(await record({ kind: "outcome", decisionId: id, pnl: "9.87" })).toBe(id);
    const { json: later } = await bot.get(path);
    expect(later.decision).toEqual({ ...decision, outcome_pnl: "9.87", outcome_recorded_at: "2026-01-05T00:01:30Z" });
    expect([later.pnl, later.trade]).toEqual(["9.87", json.trade]);
  });
});

describe.each(BOTH)("an analysis (%s)", (fidelity) => {
  const DECISIONS = [
    ["buy", "0.9", "10"],
    ["sell", "0.6", "-4"],
    ["buy", undefined, "-1"],
    ["hold", "0.3", undefined],
    ["buy", "0.5", "0"],
  ] as const;

  async function decided(): Promise<Setup & { readonly ids: readonly string[] }> {
    const made = await setup(fidelity);
    const ids: string[] = [];
    for (const [direction, confidence, pnl] of DECISIONS) {
      const id = await made.record({ kind: "decision", direction, confidence });
      ids.push(id);
      if (pnl !== undefined) await made.record({ kind: "outcome", decisionId: id, pnl });
      await made.exchange.advance(60_000);
    }
    return { ...made, ids };
  }

  it("counts decisions, newest first, in total and by direction", async () => {
    const { bot, ids } = await decided();
    const { json } = await bot.get(`/agents/${bot.agentId}/decisions/analyze`);
    const { decisions, by_direction: byDirection, ...stats } = json;
    expect(decisions.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(stats).toEqual({
      total: 5,
      wins: 1,
      losses: 2,
      win_rate: 0.2,
      avg_pnl: "1.25000000",
      avg_confidence: "0.57500000",
    });
    expect(byDirection).toEqual({
      buy: { total: 3, wins: 1, losses: 1, win_rate: 1 / 3, avg_pnl: "3.00000000", avg_confidence: "0.70000000" },
      sell: { total: 1, wins: 0, losses: 1, win_rate: 0, avg_pnl: "-4.00000000", avg_confidence: "0.60000000" },
      hold: { total: 1, wins: 0, losses: 0, win_rate: 0, avg_pnl: null, avg_confidence: "0.30000000" },
    });
  });

  it.each([
    ["limit=2", [4, 3]],
    ["direction=buy", [4, 2, 0]],
    ["min_confidence=0.5", [4, 1, 0]],
    ["min_confidence=0", [4, 3, 1, 0]],
    ["pnl_outcome=positive", [0]],
    ["pnl_outcome=negative", [2, 1]],
    ["pnl_outcome=all", [4, 3, 2, 1, 0]],
    ["pnl_outcome=negative&direction=sell", [1]],
    ["start=2026-01-05T00:02:30Z", [4, 3, 2]],
    ["start=2026-01-05T00:01:30Z&end=2026-01-05T00:02:30", [2, 1]],
    ["end=2026-01-05T01:00:00%2B01:00", []],
  ])("%s", async (query, expected) => {
    const { bot, ids } = await decided();
    const { status, json } = await bot.get(
      `/agents/${bot.agentId}/decisions/analyze?${query}` as "/agents/x/decisions/analyze",
    );
    expect(status).toBe(200);
    expect(json.decisions.map(({ id }) => ids.indexOf(id))).toEqual(expected);
    expect(json.total).toBe(expected.length);
  });

  it("of nothing has zeros and nulls", async () => {
    const { bot } = await setup(fidelity);
    expect((await bot.get(`/agents/${bot.agentId}/decisions/analyze`)).json).toEqual({
      total: 0,
      wins: 0,
      losses: 0,
      win_rate: 0,
      avg_pnl: null,
      avg_confidence: null,
      by_direction: {},
      decisions: [],
    });
  });

  it.each([
    ["start=soon", "VALIDATION_ERROR"],
    ["end=", "VALIDATION_ERROR"],
    ["min_confidence=1.01", "less_than_equal query.min_confidence"],
    ["min_confidence=-0.01", "greater_than_equal query.min_confidence"],
    ["min_confidence=much", "float_parsing query.min_confidence"],
    ["direction=up", "literal_error query.direction"],
    ["pnl_outcome=none", "literal_error query.pnl_outcome"],
    ["limit=501", "less_than_equal query.limit"],
    ["limit=0", "greater_than_equal query.limit"],
  ])("rejects %s", async (query, expected) => {
    const { bot } = await setup(fidelity);
    const { status, json } = await bot.get(`/agents/${bot.agentId}/decisions/analyze?${query}` as "/agents/x");
    const [issue] = json.detail ?? [];
    expect([status, json.error?.code ?? `${issue?.type} ${issue?.loc.join(".")}`]).toEqual([422, expected]);
  });
});

describe.each(BOTH)("feedback (%s)", (fidelity) => {
  it("changes its status; a resolution stays until it is replaced", async () => {
    const { exchange, bot, record } = await setup(fidelity);
    const id = await record({ kind: "feedback" });
    const path = `/agents/${bot.agentId}/feedback/${id}` as const;
    const head = { id, agent_id: bot.agentId, updated: true };
    await exchange.advance(30_000);
    const steps = [
      [{ status: "acknowledged" }, { resolution: null, resolved_at: null }],
      [
        { status: "resolved", resolution: "Done." },
        { resolution: "Done.", resolved_at: "2026-01-05T00:01:00Z" },
      ],
      [
        { status: "wont_fix", resolution: null },
        { resolution: "Done.", resolved_at: "2026-01-05T00:01:00Z" },
      ],
      [{ status: "in_progress" }, { resolution: "Done.", resolved_at: null }],
    ] as const;
    for (const [body, expected] of steps)
      expect((await bot.send("PATCH", path, body)).json).toEqual({ ...head, status: body.status, ...expected });
    const { status, json } = await bot.send("PATCH", path, { status: "open" });
    expect([status, json.detail[0]?.loc]).toEqual([422, ["body", "status"]]);
    expect((await bot.send("PATCH", path, {})).status).toBe(422);
  });

  it("of nobody, or of another agent, does not exist", async () => {
    const { exchange, bot, record } = await setup(fidelity);
    const id = await record({ kind: "feedback" });
    const other = await trader(exchange);
    const body = { status: "resolved" };
    const answers = [
      await bot.send("PATCH", `/agents/${bot.agentId}/feedback/${UNKNOWN}`, body),
      await other.send("PATCH", `/agents/${other.agentId}/feedback/${id}`, body),
      await other.send("PATCH", `/agents/${bot.agentId}/feedback/${id}`, body),
    ];
    expect(answers.map(({ status, json }) => [status, json.error.code])).toEqual([
      [404, "FEEDBACK_NOT_FOUND"],
      [404, "FEEDBACK_NOT_FOUND"],
      [403, "PERMISSION_DENIED"],
    ]);
    // A decision is not feedback.
    const decision = await record({ kind: "decision", direction: "hold" });
    expect((await bot.send("PATCH", `/agents/${bot.agentId}/feedback/${decision}`, body)).status).toBe(404);
  });
});

describe("records", () => {
  it.each([
    [undefined, "A record must be an object."],
    [[], "A record must be an object."],
    [{ kind: "constructor" }, "The kind of a record must be one of signal, decision, outcome, apiCall, feedback."],
    [{ kind: "decision" }, "decision record: direction is required."],
    [{ kind: "decision", direction: "up" }, "decision record: direction must be buy, sell or hold."],
    [{ kind: "decision", direction: "buy", confidence: 1.1 }, "decision record: confidence must be a decimal from 0"],
    [{ kind: "decision", direction: "buy", confidence: Number.NaN }, "decision record: confidence must be a decimal"],
    [{ kind: "decision", direction: "buy", symbol: 5 }, "decision record: symbol must be a string."],
    [
      { kind: "decision", direction: "buy", reason: "x" },
      "decision record: reason is not known; expected direction, decisionType, traceId",
    ],
    [{ kind: "decision", direction: "buy", toString: "x" }, "decision record: toString is not known"],
    [{ kind: "decision", direction: "buy", marketSnapshot: [] }, "decision record: marketSnapshot must be an object."],
    [{ kind: "decision", direction: "buy", traceId: "\ud800" }, "decision record: traceId must be 1 to 200 ASCII"],
    [
      { kind: "decision", direction: "buy", reasoning: "x".repeat(40_000) },
      "A record must have at most 32768 characters",
    ],
    [{ kind: "decision", direction: "buy", orderId: UNKNOWN }, `The agent has no order ${UNKNOWN}.`],
    [{ kind: "outcome", decisionId: UNKNOWN, pnl: 1 }, `The agent has no decision ${UNKNOWN}.`],
    [{ kind: "outcome", decisionId: UNKNOWN, pnl: "1e9" }, "outcome record: pnl must be a decimal"],
    [
      { kind: "apiCall", traceId: "x", channel: "rest", endpoint: "/", latencyMs: 1, statusCode: -1 },
      "must be a whole number",
    ],
  ])("that are invalid are rejected, and nothing is written: %j", async (record, message) => {
    const { exchange, record: write } = await setup();
    const { length } = exchange.journal;
    await expect(write(record as ServiceRecord)).rejects.toThrow(TypeError);
    await expect(write(record as ServiceRecord)).rejects.toThrow(message);
    await expect(exchange.record(UNKNOWN, { kind: "feedback" })).rejects.toThrow(`There is no agent ${UNKNOWN}.`);
    expect(exchange.journal.length).toBe(length);
  });

  it("of one agent cannot name another one's order or decision", async () => {
    const { exchange, bot, record } = await setup();
    const other = await trader(exchange);
    const { json } = await other.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" });
    await expect(record({ kind: "decision", direction: "buy", orderId: json.order_id })).rejects.toThrow("no order");
    const decisionId = await record({ kind: "decision", direction: "buy" });
    await expect(exchange.record(other.agentId, { kind: "outcome", decisionId, pnl: 1 })).rejects.toThrow(
      "no decision",
    );
    expect((await bot.get(`/agents/${bot.agentId}/decisions/analyze`)).json.decisions[0].outcome_pnl).toBeNull();
  });

  it("are journaled, and survive a restart with and without a snapshot", async () => {
    for (const store of [memoryStore(), snapshotStore()]) {
      const start = (): Exchange<ManualMarket> => open({ store, market: manualMarket(PAIRS) });
      const exchange = start();
      const bot = await trader(exchange);
      const record = {
        kind: "decision",
        direction: "buy",
        traceId: "run-7",
        marketSnapshot: { __proto__: null, a: 1 },
      } as const;
      const decisionId = await exchange.record(bot.agentId, record);
      await exchange.record(bot.agentId, { kind: "outcome", decisionId, pnl: 5 });
      const feedback = await exchange.record(bot.agentId, { kind: "feedback" });
      await bot.send("PATCH", `/agents/${bot.agentId}/feedback/${feedback}`, { status: "resolved", resolution: "x" });
      expect([...exchange.journal].filter(({ kind }) => kind === "record")).toMatchObject([
        { agentId: bot.agentId, record },
        { agentId: bot.agentId, record: { kind: "outcome", decisionId, pnl: 5 } },
        { agentId: bot.agentId, record: { kind: "feedback" } },
      ]);
      const paths = [
        `/agents/${bot.agentId}/decisions/analyze`,
        `/agents/${bot.agentId}/decisions/trace/run-7`,
      ] as const;
      const shown = await Promise.all(paths.map(async (path) => (await bot.get(path)).json));
      expect(shown[0]).toMatchObject({ total: 1, wins: 1 });
      exchange.close();
      const again = start();
      const headers = { "x-api-key": bot.apiKey };
      for (const [at, path] of paths.entries()) {
        const response = await again.fetch(`http://exchange.test/api/v1${path}`, { headers });
        expect(await response.json()).toEqual(shown[at]);
      }
      const json = { ...headers, "content-type": "application/json" };
      const patch = { method: "PATCH", headers: json, body: JSON.stringify({ status: "in_progress" }) };
      const url = `http://exchange.test/api/v1/agents/${bot.agentId}/feedback/${feedback}`;
      expect(await (await again.fetch(url, patch)).json()).toMatchObject({ resolution: "x", resolved_at: null });
      again.close();
    }
  });

  it("of a fork are its own", async () => {
    const { exchange, bot, record } = await setup();
    const decisionId = await record({ kind: "decision", direction: "buy" });
    const fork = exchange.fork();
    await fork.record(bot.agentId, { kind: "outcome", decisionId, pnl: 7 });
    await fork.record(bot.agentId, { kind: "decision", direction: "sell" });
    const url = `http://exchange.test/api/v1/agents/${bot.agentId}/decisions/analyze`;
    const headers = { "x-api-key": bot.apiKey };
    expect(await (await fork.fetch(url, { headers })).json()).toMatchObject({ total: 2, wins: 1 });
    expect(await (await exchange.fetch(url, { headers })).json()).toMatchObject({ total: 1, wins: 0 });
  });

  it("are deleted with their agent", async () => {
    const { bot, record, exchange } = await setup();
    const id = await record({ kind: "feedback" });
    await record({ kind: "decision", direction: "buy", traceId: "x" });
    await bot.send("DELETE", `/agents/${bot.agentId}`);
    await expect(record({ kind: "feedback" })).rejects.toThrow("There is no agent");
    const account = { "x-api-key": bot.accountKey };
    const { json } = await bot.send("POST", "/agents", { display_name: "Next" }, account);
    await expect(exchange.record(json.agent_id, { kind: "outcome", decisionId: id, pnl: 1 })).rejects.toThrow(
      "no decision",
    );
  });

  it("are kept up to 10 000 of each agent, the oldest go first", { timeout: 60_000 }, async () => {
    const { exchange, bot, record } = await setup();
    const other = await trader(exchange);
    await exchange.record(other.agentId, { kind: "decision", direction: "hold", traceId: "first" });
    const feedback = await record({ kind: "feedback" });
    await record({ kind: "decision", direction: "hold", traceId: "first" });
    await record({ kind: "decision", direction: "buy", traceId: "second" });
    for (let count = 3; count < 10_002; count++)
      await record({ kind: "signal", traceId: "more", strategyName: "s", symbol: "X", action: "a" });
    const path = `/agents/${bot.agentId}/decisions` as const;
    expect((await bot.get(`${path}/analyze`)).json).toMatchObject({ total: 1, decisions: [{ trace_id: "second" }] });
    expect((await bot.get(`${path}/trace/first`)).json.decision).toBeNull();
    expect(
      (await bot.send("PATCH", `/agents/${bot.agentId}/feedback/${feedback}`, { status: "resolved" })).status,
    ).toBe(404);
    expect((await other.get(`/agents/${other.agentId}/decisions/trace/first`)).json.decision).not.toBeNull();
  });
});
