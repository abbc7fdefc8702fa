import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { randomWalkMarket, virtualClock, type Fidelity } from "../../../src/exchange/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { afterMorning, backtest, DAWN, replayed, UNKNOWN, type Morning } from "./backtests.ts";
import { open, send, trader, type Answer } from "./trader.ts";

const BOTH = ["observed", "declared"] as const;
const QUIET: Morning = { 0: { BTCUSDT: "60000" } };
const buy = (quantity: string, symbol = "BTCUSDT") => ({ symbol, side: "buy", quantity });
const sell = (quantity: string, symbol = "BTCUSDT") => ({ symbol, side: "sell", quantity });

function codeOf({ status, json }: Answer): readonly unknown[] {
  return [status, json.error?.code ?? json.detail?.[0]?.type ?? json.detail];
}

describe("backtests as recorded", () => {
  it("are answered text by text", async () => {
    const morning = { 0: { BTCUSDT: "60556.18426517" }, 10: { BTCUSDT: "60929.39442245" }, 120: { BTCUSDT: "62452.00072807" } };
    const { exchange, owner } = await afterMorning(morning, "observed", "2026-11-22T20:00:00Z");
    const names = ["create_backtest", "start_backtest", "backtest_order", "batch_step_fast", "batch_step_fast_rest", "backtest_results", "batch_step_fast_not_found"];
    const found = await replayed(exchange, owner.apiKey, names, owner.agentId);
    expect(found.filter((each) => !each.includes("duration_real_sec"))).toEqual([]);
  });
});

describe("sandbox fills", () => {
  it.each(BOTH)("are those of the platform to the digit (%s)", async (fidelity) => {
    // What declared prices show a minute later, observed ones show at once.
    const early = fidelity === "observed" ? 0 : 1;
    const morning = {
      [0]: { BTCUSDT: "60442.27" },
      [3 - early]: { BTCUSDT: "60503.62" },
      [6 - early]: { BTCUSDT: "61517.36" },
      59: {},
    };
    const { owner } = await afterMorning(morning, fidelity);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step/batch", { steps: 2 });
    const bought = await session.send("POST", "/trade/order", buy("0.05"));
    expect(bought.json).toMatchObject({ status: "filled", executed_price: "60448.31422700", executed_qty: "0.05", fee: "3.02241571", realized_pnl: null });
    expect((await session.send("GET", "/account/portfolio")).json.available_cash).toBe("6974.56187294");
    await session.send("POST", "/step");
    for (const cash of ["8183.30331431", "9392.04475568"]) {
      const sold = await session.send("POST", "/trade/order", sell("0.02"));
      expect(sold.json).toMatchObject({ executed_price: "60497.56963800", fee: "1.20995139", realized_pnl: "0.98510822" });
      expect((await session.send("GET", "/account/portfolio")).json.available_cash).toBe(cash);
    }
    const { json } = await session.send("POST", "/step/batch", { steps: 3 });
    expect(json.portfolio).toEqual({
      total_equity: "10007.2183556800",
      available_cash: "9392.04475568",
      position_value: "615.1736000000",
      unrealized_pnl: "10.6904577300",
      realized_pnl: "1.97021644",
      positions: [{ symbol: "BTCUSDT", quantity: "0.01", avg_entry_price: "60448.31422700", current_price: "61517.36000000", market_value: "615.1736000000", unrealized_pnl: "10.6904577300" }],
    });
    const history = await session.send("GET", "/trade/history");
    expect(history.json.trades[1]).toMatchObject({ side: "sell", type: "market", quantity: "0.02", quote_amount: "1209.95139276", slippage_pct: "0.010000", simulated_at: "2026-01-01T00:03:00+00:00" });
    expect((await session.send("GET", "/account/balance")).json.balances).toEqual([
      { asset: "USDT", available: "9392.04475568", locked: "0" },
      { asset: "BTC", available: "0.01", locked: "0" },
    ]);
    expect((await session.send("GET", "/account/positions")).json.positions).toEqual([
      { symbol: "BTCUSDT", quantity: "0.01", avg_entry_price: "60448.31422700", realized_pnl: "1.97021644" },
    ]);
  });

  it("takes the fee rate of the session, and none is null", async () => {
    const { owner } = await afterMorning(QUIET);
    const free = await backtest(owner, 10, { fee_rate: 0 });
    await free.send("POST", "/step/batch", { steps: 2 });
    expect((await free.send("POST", "/trade/order", buy("0.1"))).json).toMatchObject({ fee: null, executed_price: "60006.00000000" });
    const dear = await backtest(owner, 10, { fee_rate: "0.1" });
    await dear.send("POST", "/step/batch", { steps: 2 });
    expect((await dear.send("POST", "/trade/order", buy("0.1"))).json).toMatchObject({ fee: "600.06000000" });
  });

  it("refuses what cannot be paid, and keeps what has no price as rejected", async () => {
    const { owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 10);
    await session.send("POST", "/step/batch", { steps: 2 });
    const refused = await session.send("POST", "/trade/order", buy("0.2"));
    expect(refused.json.error).toMatchObject({
      code: "INSUFFICIENT_BALANCE",
      details: { asset: "USDT", required: "12013.20120000", available: "10000.00000000" },
    });
    for (const type of ["limit", "stop_loss"]) {
      expect(codeOf(await session.send("POST", "/trade/order", { ...sell("1"), type, price: "1" }))).toEqual([400, "INSUFFICIENT_BALANCE"]);
    }
    expect(await session.send("POST", "/trade/order", buy("1", "btcusdt"))).toMatchObject({ status: 200, json: { status: "rejected", executed_price: null } });
    expect((await session.send("GET", "/trade/orders")).json.orders.map((order: { status: string }) => order.status)).toEqual(["rejected"]);
  });

  it("holds agents with a profile of their own to three limits", async () => {
    const { owner } = await afterMorning(QUIET);
    const { json } = await owner.send("POST", "/agents", { display_name: "Careful", risk_profile: { max_order_size_pct: 50, max_position_size_pct: 60 } });
    const session = await backtest(owner, 10, { agent_id: json.agent_id });
    await session.send("POST", "/step/batch", { steps: 2 });
    const statuses: string[] = [];
    for (const order of [buy("0.09"), buy("0.08"), buy("0.03"), sell("0.08")]) statuses.push((await session.send("POST", "/trade/order", order)).json.status);
    expect(statuses).toEqual(["rejected", "filled", "rejected", "filled"]);
  });
});

describe("pending orders of a backtest", () => {
  const TRIGGERS: readonly (readonly [string, string, string, string, string])[] = [
    // type, side, order's price, closes that do not reach it, and one that does
    ["limit", "buy", "59000", "59000.01", "59000"],
    ["limit", "sell", "61000", "60999.99", "61000"],
    ["stop_loss", "sell", "59000", "59000.01", "59000"],
    ["stop_loss", "buy", "61000", "60999.99", "61000"],
    ["take_profit", "sell", "61000", "60999.99", "61000"],
    ["take_profit", "buy", "59000", "59000.01", "59000"],
  ];

  it.each(TRIGGERS)("trigger: %s %s at %s not at %s but at %s", async (type, side, price, short, reached) => {
    const { owner } = await afterMorning({ 0: { BTCUSDT: "60000" }, 5: { BTCUSDT: short }, 6: { BTCUSDT: reached } });
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    if (side === "sell") await session.send("POST", "/trade/order", buy("0.05"));
    const placed = await session.send("POST", "/trade/order", { symbol: "BTCUSDT", side, type, quantity: "0.05", price });
    expect(placed.json).toMatchObject({ status: "pending", executed_price: null, executed_qty: null, fee: null, realized_pnl: null });
    const { json: open } = await session.send("GET", "/trade/orders/open");
    expect(open).toMatchObject({ count: 1, orders: [{ id: placed.json.order_id, status: "pending", price, stop_price: type === "limit" ? null : price }] });
    const locked = side === "buy" ? { asset: "USDT", locked: "3000.0000000000" } : { asset: "BTC", locked: "0.05" };
    expect((await session.send("GET", "/account/balance")).json.balances).toContainEqual(expect.objectContaining(locked));
    const before = await session.send("POST", "/step/batch", { steps: 5 });
    expect(before.json).toMatchObject({ step: 6, orders_filled: [] });
    const { json } = await session.send("POST", "/step");
    const executed = new Decimal(reached).times(side === "buy" ? "1.0001" : "0.9999").toFixed(8);
    expect(json.orders_filled).toEqual([
      { order_id: placed.json.order_id, status: "filled", executed_price: executed, executed_qty: "0.05", fee: expect.any(String) },
    ]);
    const { json: all } = await session.send("GET", "/trade/orders");
    expect(all.orders.at(-1)).toMatchObject({ status: "filled", price: executed, executed_price: executed });
    expect((await session.send("GET", "/account/balance")).json.balances.every((row: { locked: string }) => Number(row.locked) === 0)).toBe(true);
  });

  it("wait for ever without a price, and are cancelled once", async () => {
    const { owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    const { json } = await session.send("POST", "/trade/order", { ...buy("0.05"), type: "limit" });
    await session.send("POST", "/step/batch", { steps: 20 });
    const path = `/trade/order/${json.order_id}`;
    expect((await session.send("DELETE", path)).json).toEqual({ order_id: json.order_id, cancelled: true });
    expect((await session.send("DELETE", path)).json).toEqual({ order_id: json.order_id, cancelled: false });
    expect((await session.send("DELETE", `/trade/order/${UNKNOWN}`)).json.cancelled).toBe(false);
    expect((await session.send("GET", "/account/portfolio")).json.total_equity).toBe("10000.0000000000");
  });

  // Locks are reckoned without fee and slippage, at the price of the moment.
  it.each(BOTH)("that lack funds when they trigger (%s)", async (fidelity) => {
    const { owner } = await afterMorning({ 0: { BTCUSDT: "60000" }, 5: { BTCUSDT: "59000" } }, fidelity);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    const { json } = await session.send("POST", "/trade/order", { ...buy("0.16666666"), type: "stop_loss", price: "59000" });
    const { json: waiting } = await session.send("POST", "/trade/order", { ...buy("0.000001"), type: "limit", price: "1" });
    expect([json.status, waiting.error?.code ?? waiting.status]).toEqual(["pending", "INSUFFICIENT_BALANCE"]);
    const stepped = await session.send("POST", "/step");
    const { json: all } = await session.send("GET", "/trade/orders");
    const { json: balance } = await session.send("GET", "/account/balance");
    if (fidelity === "declared") {
      expect([stepped.status, stepped.json.orders_filled, all.orders[0].status]).toEqual([200, [], "rejected"]);
      expect(balance.balances[0]).toMatchObject({ available: "10000.0000000000000000", locked: "0E-16" });
    } else {
      expect([codeOf(stepped), all.orders[0].status]).toEqual([[400, "INSUFFICIENT_BALANCE"], "pending"]);
      expect((await session.send("GET", "/market/price/BTCUSDT")).json.virtual_time).toBe("2026-01-01T00:02:00+00:00");
      // Set free a second time, the same money is enough for it.
      expect(balance.balances[0]).toMatchObject({ available: "10000.0000000000000000", locked: "0E-16" });
      expect((await session.send("POST", "/step")).json.orders_filled).toMatchObject([{ order_id: json.order_id }]);
      const { json: later } = await session.send("GET", "/account/balance");
      expect(Number(later.balances[0].locked)).toBe(-9999.9996);
    }
  });
});

describe("selling what a backtest never bought", () => {
  it.each(BOTH)("%s", async (fidelity) => {
    const { owner } = await afterMorning(QUIET, fidelity);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    const sold = await session.send("POST", "/trade/order", sell("0.1"));
    if (fidelity === "declared") expect(sold.json.error).toMatchObject({ code: "INSUFFICIENT_BALANCE", details: { asset: "BTC", required: "0.1", available: "0" } });
    else expect([sold.status, sold.json.status, (await session.send("GET", "/account/portfolio")).json.available_cash]).toEqual([200, "filled", "15993.40060000"]);
    await session.send("POST", "/trade/order", buy("0.01"));
    expect(codeOf(await session.send("POST", "/trade/order", sell("0.5")))).toEqual([400, "INSUFFICIENT_BALANCE"]);
  });
});

describe("making a backtest", () => {
  const plan = { start_time: DAWN, end_time: "2026-01-01T01:00:00Z", starting_balance: "10000" };

  it("refuses what is out of form", async () => {
    const { owner } = await afterMorning(QUIET);
    const create = (changes: object): Promise<Answer> => owner.send("POST", "/backtest/create", { ...plan, ...changes });
    const cases: readonly [object, string, readonly (string | number)[]][] = [
      [{ start_time: undefined }, "missing", ["body", "start_time"]],
      [{ start_time: "soon" }, "datetime_from_date_parsing", ["body", "start_time"]],
      [{ end_time: DAWN }, "value_error", ["body"]],
      [{ starting_balance: "0.5" }, "greater_than_equal", ["body", "starting_balance"]],
      [{ starting_balance: 10_000_001 }, "less_than_equal", ["body", "starting_balance"]],
      [{ starting_balance: "1e999999" }, "less_than_equal", ["body", "starting_balance"]],
      [{ candle_interval: "1m" }, "literal_error", ["body", "candle_interval"]],
      [{ candle_interval: 120 }, "literal_error", ["body", "candle_interval"]],
      [{ pairs: ["BTCUSDT", "1INCHUSDT"] }, "string_pattern_mismatch", ["body", "pairs", 1]],
      [{ fee_rate: "0.2" }, "less_than_equal", ["body", "fee_rate"]],
      [{ exchange: "Binance!" }, "string_pattern_mismatch", ["body", "exchange"]],
    ];
    for (const [changes, type, loc] of cases) {
      const { status, json } = await create(changes);
      expect([status, json.detail?.[0]?.type, json.detail?.[0]?.loc], JSON.stringify(changes)).toEqual([422, type, loc]);
    }
    expect((await create({ candle_interval: 3600, fee_rate: null, pairs: null })).json).toMatchObject({ total_steps: 1, estimated_pairs: 1, status: "created" });
    const early = await create({ start_time: "2025-01-01T00:00:00Z" });
    expect(early.json.error).toMatchObject({ code: "BACKTEST_NO_DATA", details: { earliest: "2026-01-01T00:00:00+00:00" } });
  });

  it.each(BOTH)("without agent, without offset, for unknown and foreign agents (%s)", async (fidelity) => {
    const { exchange, owner, other } = await afterMorning(QUIET, fidelity);
    const observed = fidelity === "observed";
    const asAccount = await send(exchange, "POST", "/api/v1/backtest/create", plan, { "x-api-key": owner.accountKey });
    expect(codeOf(asAccount)).toEqual(observed ? [500, "INTERNAL_ERROR"] : [422, "VALIDATION_ERROR"]);
    const naive = await owner.send("POST", "/backtest/create", { ...plan, start_time: "2026-01-01T00:00:00" });
    expect(codeOf(naive)).toEqual(observed ? [500, "INTERNAL_ERROR"] : [422, "timezone_aware"]);
    const nonsense = await owner.send("POST", "/backtest/create", { ...plan, agent_id: "me" });
    expect(codeOf(nonsense)).toEqual(observed ? [500, "INTERNAL_ERROR"] : [422, "uuid_parsing"]);
    expect(codeOf(await owner.send("POST", "/backtest/create", { ...plan, agent_id: UNKNOWN }))).toEqual([400, "BACKTEST_NO_DATA"]);
    const foreign = await owner.send("POST", "/backtest/create", { ...plan, agent_id: other.agentId });
    expect([foreign.status, foreign.json.agent_id ?? foreign.json.error.code]).toEqual(observed ? [200, other.agentId] : [403, "PERMISSION_DENIED"]);
    const named = await send(exchange, "POST", "/api/v1/backtest/create", plan, { "x-api-key": owner.accountKey, "x-agent-id": owner.agentId });
    expect([named.status, named.json.agent_id]).toEqual([200, owner.agentId]);
  });
});

describe("the life of a backtest", () => {
  it("says where it stands at every turn", async () => {
    const { owner } = await afterMorning(QUIET);
    const end_time = "2026-01-01T00:30:00Z";
    const { json } = await owner.send("POST", "/backtest/create", { start_time: DAWN, end_time, starting_balance: "10000" });
    const at = (path: string, method = "POST", body?: unknown): Promise<Answer> => owner.send(method, `/backtest/${json.session_id}${path}`, body);
    expect(codeOf(await at("/step"))).toEqual([404, "BACKTEST_NOT_FOUND"]);
    expect(codeOf(await at("/cancel"))).toEqual([404, "BACKTEST_NOT_FOUND"]);
    expect((await at("/status", "GET")).json).toMatchObject({ status: "created", started_at: null, virtual_clock: null, progress_pct: 0, roi_pct: null });
    expect((await at("/start")).json).toEqual({ status: "running", session_id: json.session_id });
    expect((await at("/start")).json.error).toMatchObject({ code: "BACKTEST_INVALID_STATE", details: { current_status: "running", required_status: "created" } });
    const { json: last } = await at("/step/batch", "POST", { steps: 100 });
    expect(last).toMatchObject({ step: 30, total_steps: 30, remaining_steps: 0, progress_pct: "100.00", is_complete: true });
    for (const path of ["/step", "/step/batch", "/step/batch/fast"]) {
      expect((await at(path, "POST", { steps: 1 })).json.error, path).toMatchObject({ code: "BACKTEST_INVALID_STATE", details: { current_status: "completed" } });
    }
    for (const path of ["/account/balance", "/trade/orders", "/market/prices"]) expect(codeOf(await at(path, "GET")), path).toEqual([404, "BACKTEST_NOT_FOUND"]);
    const { json: results } = await at("/results", "GET");
    expect(results.summary).toMatchObject({ final_equity: "10000.00000000", total_pnl: "0E-8", roi_pct: "0.0000", total_trades: 0 });
    expect(results.metrics).toMatchObject({ sharpe_ratio: null, profit_factor: null, win_rate: "0" });
    expect((await at("/results/equity-curve?interval=2", "GET")).json.snapshots.map((each: { simulated_at: string }) => each.simulated_at)).toEqual(["2026-01-01T00:00:00+00:00", "2026-01-01T00:30:00+00:00"]);
  });

  it("can be cut short, without metrics", async () => {
    const { owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    await session.send("POST", "/trade/order", buy("0.05"));
    const { json } = await session.send("POST", "/cancel");
    expect(json).toEqual({ session_id: session.id, status: "cancelled", total_trades: 1, roi_pct: "-0.0300" });
    const { json: results } = await session.send("GET", "/results");
    expect([results.status, Object.keys(results.metrics).length, Object.values(results.metrics).every((each) => each === null)]).toEqual(["cancelled", 12, true]);
  });

  it("ends by itself when nobody works with it for an hour", async () => {
    const { exchange, owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30);
    await exchange.advance(59 * 60_000);
    expect((await session.send("POST", "/step")).status).toBe(200);
    await exchange.advance(2 * 3_600_000);
    expect(codeOf(await session.send("POST", "/step"))).toEqual([409, "BACKTEST_INVALID_STATE"]);
    expect((await session.send("GET", "/status")).json.status).toBe("cancelled");
  });

  it("of no steps does not step", async () => {
    const { owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 30, { candle_interval: 86_400 });
    for (const path of ["/step", "/step/batch/fast"]) {
      expect((await session.send("POST", path, { steps: 1 })).json.error.details).toEqual({ current_status: "complete" });
    }
    expect((await session.send("POST", "/step/batch", { steps: 1 })).json.is_complete).toBe(true);
    expect((await session.send("GET", "/status")).json.status).toBe("running");
  });

  it.each(BOTH)("is a matter of its account (%s)", async (fidelity) => {
    const { owner, other } = await afterMorning(QUIET, fidelity);
    const session = await backtest(owner, 30);
    const step = await other.send("POST", `/backtest/${session.id}/step`);
    expect(step.status).toBe(fidelity === "observed" ? 200 : 404);
    for (const path of ["status", "results"]) expect((await other.get(`/backtest/${session.id}/${path}`)).status).toBe(404);
    expect((await other.get("/backtest/list")).json).toEqual({ backtests: [], total: 0 });
    for (const path of ["results/equity-curve", "results/trades"]) {
      expect((await other.get(`/backtest/${session.id}/${path}`)).status).toBe(fidelity === "observed" ? 200 : 404);
      expect((await other.get(`/backtest/${UNKNOWN}/${path}`)).status).toBe(fidelity === "observed" ? 200 : 404);
    }
  });
});

describe("prices inside a backtest", () => {
  const morning: Morning = { 0: { BTCUSDT: "60000", ETHUSDT: "3000" }, 5: { BTCUSDT: "61000" }, 8: { ETHUSDT: "3100" } };

  it("are one candle ahead and miss pairs when observed", async () => {
    const { owner } = await afterMorning(morning, "observed");
    const session = await backtest(owner, 30);
    const seen: unknown[] = [(await session.send("GET", "/market/prices")).json.prices];
    for (const steps of [5, 3]) seen.push((await session.send("POST", "/step/batch", { steps })).json.prices);
    expect(seen).toEqual([{ BTCUSDT: "60000.00000000", ETHUSDT: "3000.00000000" }, { BTCUSDT: "61000.00000000" }, { ETHUSDT: "3100.00000000" }]);
    expect((await session.send("GET", "/market/price/BTCUSDT")).json).toMatchObject({ price: "0", symbol: "BTCUSDT" });
  });

  it("are the last known ones when declared", async () => {
    const { owner } = await afterMorning(morning);
    const session = await backtest(owner, 30);
    const seen: unknown[] = [(await session.send("GET", "/market/prices")).json.prices];
    for (const steps of [5, 1, 3]) seen.push((await session.send("POST", "/step/batch", { steps })).json.prices);
    expect(seen).toEqual([
      {},
      { BTCUSDT: "60000.00000000", ETHUSDT: "3000.00000000" },
      { BTCUSDT: "61000.00000000", ETHUSDT: "3000.00000000" },
      { BTCUSDT: "61000.00000000", ETHUSDT: "3100.00000000" },
    ]);
  });

  it("come as tickers and candles up to the session's clock", async () => {
    const { owner } = await afterMorning(morning);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step/batch", { steps: 6 });
    const { json: candles } = await session.send("GET", "/market/candles/BTCUSDT?interval=1m&limit=10");
    expect([candles.interval, candles.count, candles.candles.at(-1)]).toEqual(["1m", 2, expect.objectContaining({ bucket: "2026-01-01T00:05:00+00:00", close: "61000.00000000" })]);
    const { json: ticker } = await session.send("GET", "/market/ticker/BTCUSDT");
    expect(ticker).toMatchObject({ open: "60000.00000000", high: "61000.00000000", close: "61000.00000000", price_change: "1000.00000000", price_change_pct: "1.67" });
    expect(Object.keys((await session.send("GET", "/market/ticker/NOPEUSDT")).json)).toEqual(["symbol", "error"]);
    expect(codeOf(await session.send("GET", "/market/candles/BTCUSDT?interval=nope"))).toEqual([422, "VALIDATION_ERROR"]);
  });

  it("of a walk never show what the session's clock has not reached", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 3 }) });
    const owner = await trader(exchange);
    const session = await backtest(owner, 120, { pairs: ["ETHUSDT"] });
    await session.send("POST", "/step/batch", { steps: 90 });
    const { json: price } = await session.send("GET", "/market/price/ETHUSDT");
    for (const interval of ["60", "300", "1h", "1d"]) {
      const { json } = await session.send("GET", `/market/candles/ETHUSDT?interval=${interval}&limit=3`);
      expect([interval, json.count, json.candles.at(-1).close]).toEqual([interval, 3, price.price]);
    }
    expect((await session.send("GET", "/market/ticker/ETHUSDT")).json.close).toBe(price.price);
  });
});

describe("ways of stepping", () => {
  const moves: Morning = Object.fromEntries(Array.from({ length: 200 }, (_, minute) => [minute, { BTCUSDT: String(60_000 + ((minute * 7919) % 401) * 5) }]));
  const orders = [
    buy("0.05"),
    { ...buy("0.02"), type: "limit", price: "60400" },
    { ...sell("0.03"), type: "take_profit", price: "61500" },
    { ...sell("0.02"), type: "stop_loss", price: "60100" },
  ];

  async function run(fidelity: Fidelity, stepping: "step" | "batch" | "fast"): Promise<{ results: Record<string, never>; curve: number; fills: number }> {
    const { owner } = await afterMorning(moves, fidelity);
    const session = await backtest(owner, 180);
    await session.send("POST", "/step");
    for (const order of orders) await session.send("POST", "/trade/order", order);
    let fills = 0;
    if (stepping === "step") {
      for (let step = 1; step < 180; step++) fills += (await session.send("POST", "/step")).json.orders_filled.length;
    } else if (stepping === "batch") await session.send("POST", "/step/batch", { steps: 1000 });
    else fills = (await session.send("POST", "/step/batch/fast", { steps: 1000, include_intermediate_trades: true })).json.orders_filled.length;
    const { json } = await session.send("GET", "/results");
    const { json: curve } = await session.send("GET", "/results/equity-curve");
    delete json.session_id;
    return { results: json, curve: curve.snapshots.length, fills };
  }

  it("give the same fills, account and, declared, metrics", async () => {
    const [single, batch, fast] = [await run("declared", "step"), await run("declared", "batch"), await run("declared", "fast")];
    expect([single.fills, fast.fills]).toEqual([3, 3]);
    expect(batch.results).toEqual(single.results);
    expect(fast.results).toEqual(single.results);
    expect(fast.curve).toBe(single.curve);
  });

  it("give other metrics when observed", async () => {
    const single = await run("observed", "step");
    const fast = await run("observed", "fast");
    expect(fast.results["summary"]).toEqual(single.results["summary"]);
    expect(fast.results["by_pair"]).toEqual(single.results["by_pair"]);
    expect(fast.curve).toBeLessThan(single.curve);
    expect(fast.results["metrics"]).not.toEqual(single.results["metrics"]);
  });

  it.each(BOTH)("that end fast tell final figures, or none (%s)", async (fidelity) => {
    const { owner } = await afterMorning(moves, fidelity);
    const session = await backtest(owner, 180);
    await session.send("POST", "/step");
    await session.send("POST", "/trade/order", buy("0.05"));
    const { json } = await session.send("POST", "/step/batch/fast", { steps: 100_000 });
    const { json: results } = await session.send("GET", "/results");
    expect(json).toMatchObject({ is_complete: true, steps_executed: 179, remaining_steps: 0 });
    expect(json.portfolio.total_equity).toBe(results.summary.final_equity);
    expect(Object.keys(json.prices)).toEqual(fidelity === "observed" ? [] : ["BTCUSDT"]);
    expect(json.portfolio.available_cash).toBe(fidelity === "observed" ? "0" : results.summary.final_equity);
  });
});

describe("backtests side by side", () => {
  it.each(BOTH)("are listed, compared and the best is found (%s)", async (fidelity) => {
    const { owner } = await afterMorning({ 0: { BTCUSDT: "60000" }, 20: { BTCUSDT: "61000" }, 25: { BTCUSDT: "60500" } }, fidelity);
    const ids: string[] = [];
    for (const quantity of ["0.05", "0.1", undefined]) {
      const session = await backtest(owner, 30, { strategy_label: quantity === undefined ? "idle" : "holder" });
      await session.send("POST", "/step");
      if (quantity !== undefined) await session.send("POST", "/trade/order", buy(quantity));
      await session.send("POST", "/step/batch", { steps: 24 });
      await session.send("POST", "/step/batch/fast", { steps: 100 });
      ids.push(session.id);
    }
    const [small, large, idle] = ids as [string, string, string];
    const { json: list } = await owner.get("/backtest/list?sort_by=roi_pct&strategy_label=holder");
    expect([list.total, list.backtests.map((each: { session_id: string }) => each.session_id)]).toEqual([2, [large, small]]);
    expect((await owner.get("/backtest/list?limit=1")).json.backtests[0].session_id).toBe(idle);
    const { json: both } = await owner.get(`/backtest/compare?sessions=${small},%20${large}`);
    expect([both.comparisons.length, both.best_by_roi, both.best_by_drawdown]).toEqual([2, large, small]);
    expect(both.recommendation).toBe(both.best_by_sharpe);
    const lacking = await owner.get(`/backtest/compare?sessions=${small},${idle}`);
    expect([lacking.status, lacking.json.best_by_roi]).toEqual(fidelity === "observed" ? [500, undefined] : [200, small]);
    expect(codeOf(await owner.get(`/backtest/compare?sessions=${small}`))).toEqual([422, "VALIDATION_ERROR"]);
    expect(codeOf(await owner.get(`/backtest/compare?sessions=${small},${UNKNOWN}`))).toEqual([404, "BACKTEST_NOT_FOUND"]);
    expect(codeOf(await owner.get(`/backtest/compare?sessions=${small},x`))).toEqual(fidelity === "observed" ? [500, "INTERNAL_ERROR"] : [422, "uuid_parsing"]);
    expect((await owner.get("/backtest/best?metric=total_trades&strategy_label=holder")).json).toMatchObject({ metric: "total_trades", value: "2" });
    expect((await owner.get("/backtest/best")).json).toMatchObject({ session_id: large, metric: "roi_pct" });
    expect(codeOf(await owner.get("/backtest/best?metric=luck"))).toEqual([422, "VALIDATION_ERROR"]);
    expect(codeOf(await owner.get("/backtest/best?strategy_label=none"))).toEqual([404, "BACKTEST_NOT_FOUND"]);
  });
});

describe("money in a backtest", () => {
  const order = fc.record({
    symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
    side: fc.constantFrom("buy", "sell"),
    type: fc.constantFrom("market", "limit", "stop_loss", "take_profit"),
    quantity: fc.integer({ min: 1, max: 4000 }).map((units) => new Decimal(units).div(10_000).toFixed()),
    price: fc.integer({ min: 2000, max: 62_000 }).map(String),
  });
  const moves: Morning = Object.fromEntries(
    Array.from({ length: 60 }, (_, minute) => [minute, { BTCUSDT: String(60_000 + ((minute * 37) % 17) * 100), ETHUSDT: String(3000 + ((minute * 29) % 11) * 20) }]),
  );

  it("is conserved whatever is ordered", async () => {
    const { owner } = await afterMorning(moves);
    await fc.assert(
      fc.asyncProperty(fc.array(order, { minLength: 1, maxLength: 12 }), async (orders) => {
        const session = await backtest(owner, 40);
        for (const each of orders) {
          await session.send("POST", "/step/batch", { steps: 2 });
          await session.send("POST", "/trade/order", each);
          const { json: history } = await session.send("GET", "/trade/history");
          const { json: balance } = await session.send("GET", "/account/balance");
          const expected = new Map<string, Decimal>([["USDT", new Decimal(10_000)]]);
          const add = (asset: string, amount: Decimal): void => void expected.set(asset, (expected.get(asset) ?? new Decimal(0)).plus(amount));
          for (const trade of history.trades) {
            const sign = trade.side === "buy" ? 1 : -1;
            add("USDT", new Decimal(trade.quote_amount).times(-sign).minus(trade.fee));
            add(trade.symbol.replace("USDT", ""), new Decimal(trade.quantity).times(sign));
          }
          for (const [asset, amount] of expected) {
            const row = balance.balances.find((found: { asset: string }) => found.asset === asset) ?? { available: "0", locked: "0" };
            expect(new Decimal(row.available).plus(row.locked).eq(amount), asset).toBe(true);
            expect(new Decimal(row.available).isNegative() && !new Decimal(row.available).isZero()).toBe(false);
            expect(new Decimal(row.locked).isNegative() && !new Decimal(row.locked).isZero()).toBe(false);
          }
        }
        await session.send("POST", "/step/batch/fast", { steps: 1000 });
        expect((await session.send("GET", "/results")).json.status).toBe("completed");
      }),
      { seed: 11, numRuns: 25 },
    );
  });
});

describe("the client against backtests", () => {
  it("goes the whole way", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 5 }), clock: virtualClock("2026-03-01T00:00:00Z") });
    const { apiKey } = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    const { sessionId, totalSteps } = await client.createBacktest({
      startTime: "2026-02-01T00:00:00Z",
      endTime: "2026-02-02T00:00:00Z",
      startingBalance: "10000",
      pairs: ["BTCUSDT"],
    });
    expect(totalSteps).toBe(1440);
    await client.startBacktest(sessionId);
    const order = await client.placeBacktestOrder(sessionId, { symbol: "BTCUSDT", side: "buy", quantity: "0.05" });
    expect(order.status).toBe("filled");
    const stepped = await client.stepBacktest(sessionId, { steps: 10 });
    expect([stepped.step, stepped.portfolio.positions.length]).toEqual([10, 1]);
    const last = await client.batchStepFast(sessionId, { steps: 100_000 });
    expect([last.isComplete, last.stepsExecuted]).toEqual([true, 1430]);
    const results = await client.getBacktestResults(sessionId);
    expect(results.summary.finalEquity?.eq(last.portfolio.totalEquity)).toBe(true);
    expect(results.metrics?.sharpeRatio).not.toBeNull();
    client.close();
  });
});
