import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Fidelity } from "../../../src/exchange/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { afterMorning, backtest, BOTH, buy, codeOf, QUIET, sell, UNKNOWN, type Morning } from "./backtests.ts";
import type { AnswerTo } from "./trader.ts";

describe("sandbox fills", () => {
  it.each(BOTH)("equal the platform's to the digit (%s)", async (fidelity) => {
    const isObserved = fidelity === "observed";
    // Observed prices are a minute ahead of declared ones.
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
    expect(bought.json).toMatchObject({
      status: "filled",
      executed_price: "60448.31422700",
      executed_qty: "0.05",
      fee: "3.02241571",
      realized_pnl: null,
    });
    expect((await session.send("GET", "/account/portfolio")).json.available_cash).toBe("6974.56187294");
    await session.send("POST", "/step");
    // Declared: the proceeds less two fifths of 3025.43812706, and then less two thirds of the rest.
    for (const [cash, gain] of [
      ["8183.30331431", "-1.43380945"],
      ["9392.04475568", "-1.43380946"],
    ]) {
      const sold = await session.send("POST", "/trade/order", sell("0.02"));
      expect(sold.json).toMatchObject({
        executed_price: "60497.56963800",
        fee: "1.20995139",
        realized_pnl: isObserved ? "0.98510822" : gain,
      });
      expect((await session.send("GET", "/account/portfolio")).json.available_cash).toBe(cash);
    }
    const { json } = await session.send("POST", "/step/batch", { steps: 3 });
    expect(json.portfolio).toEqual({
      total_equity: "10007.2183556800",
      available_cash: "9392.04475568",
      position_value: "615.1736000000",
      unrealized_pnl: isObserved ? "10.6904577300" : "10.0859745900",
      realized_pnl: isObserved ? "1.97021644" : "-2.86761891",
      positions: [
        {
          symbol: "BTCUSDT",
          quantity: "0.01",
          avg_entry_price: isObserved ? "60448.31422700" : "60508.76254100",
          current_price: "61517.36000000",
          market_value: "615.1736000000",
          unrealized_pnl: isObserved ? "10.6904577300" : "10.0859745900",
        },
      ],
    });
    const history = await session.send("GET", "/trade/history");
    expect(history.json.trades[1]).toMatchObject({
      side: "sell",
      type: "market",
      quantity: "0.02",
      quote_amount: "1209.95139276",
      slippage_pct: "0.010000",
      simulated_at: "2026-01-01T00:03:00+00:00",
    });
    expect((await session.send("GET", "/account/balance")).json.balances).toEqual([
      { asset: "USDT", available: "9392.04475568", locked: "0" },
      { asset: "BTC", available: "0.01", locked: "0" },
    ]);
    expect((await session.send("GET", "/account/positions")).json.positions).toEqual([
      {
        symbol: "BTCUSDT",
        quantity: "0.01",
        avg_entry_price: isObserved ? "60448.31422700" : "60508.76254100",
        realized_pnl: isObserved ? "1.97021644" : "-2.86761891",
      },
    ]);
  });

  it("use the fee rate of the session, and a zero fee is null", async () => {
    const { owner } = await afterMorning(QUIET);
    const free = await backtest(owner, 10, { fee_rate: 0 });
    await free.send("POST", "/step/batch", { steps: 2 });
    expect((await free.send("POST", "/trade/order", buy("0.1"))).json).toMatchObject({
      fee: null,
      executed_price: "60006.00000000",
    });
    const dear = await backtest(owner, 10, { fee_rate: "0.1" });
    await dear.send("POST", "/step/batch", { steps: 2 });
    expect((await dear.send("POST", "/trade/order", buy("0.1"))).json).toMatchObject({ fee: "600.06000000" });
  });

  it("are rejected without funds, and stored as rejected without a price", async () => {
    const { owner } = await afterMorning(QUIET);
    const session = await backtest(owner, 10);
    await session.send("POST", "/step/batch", { steps: 2 });
    const rejected = await session.send("POST", "/trade/order", buy("0.2"));
    expect(rejected.json.error).toMatchObject({
      code: "INSUFFICIENT_BALANCE",
      details: { asset: "USDT", required: "12013.20120000", available: "10000.00000000" },
    });
    for (const type of ["limit", "stop_loss"]) {
      expect(codeOf(await session.send("POST", "/trade/order", { ...sell("1"), type, price: "1" }))).toEqual([
        400,
        "INSUFFICIENT_BALANCE",
      ]);
    }
    expect(await session.send("POST", "/trade/order", buy("1", "btcusdt"))).toMatchObject({
      status: 200,
      json: { status: "rejected", executed_price: null },
    });
    expect(
      (await session.send("GET", "/trade/orders")).json.orders.map((order: { status: string }) => order.status),
    ).toEqual(["rejected"]);
  });

  it("respect three limits of agents with their own profile", async () => {
    const { owner } = await afterMorning(QUIET);
    const { json } = await owner.send("POST", "/agents", {
      display_name: "Careful",
      risk_profile: { max_order_size_pct: 50, max_position_size_pct: 60 },
    });
    const session = await backtest(owner, 10, { agent_id: json.agent_id });
    await session.send("POST", "/step/batch", { steps: 2 });
    const statuses: string[] = [];
    for (const order of [buy("0.09"), buy("0.08"), buy("0.03"), sell("0.08")])
      statuses.push((await session.send("POST", "/trade/order", order)).json.status);
    expect(statuses).toEqual(["rejected", "filled", "rejected", "filled"]);
  });
});

describe("pending orders of a backtest", () => {
  const TRIGGERS: readonly (readonly [string, string, string, string, string])[] = [
    // type, side, order price, closes that do not reach it, and one that does
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
    const placed = await session.send("POST", "/trade/order", {
      symbol: "BTCUSDT",
      side,
      type,
      quantity: "0.05",
      price,
    });
    expect(placed.json).toMatchObject({
      status: "pending",
      executed_price: null,
      executed_qty: null,
      fee: null,
      realized_pnl: null,
    });
    const { json: waiting } = await session.send("GET", "/trade/orders/open");
    expect(waiting).toMatchObject({
      count: 1,
      orders: [{ id: placed.json.order_id, status: "pending", price, stop_price: type === "limit" ? null : price }],
    });
    const locked = side === "buy" ? { asset: "USDT", locked: "3000.0000000000" } : { asset: "BTC", locked: "0.05" };
    expect((await session.send("GET", "/account/balance")).json.balances).toContainEqual(
      expect.objectContaining(locked),
    );
    const before = await session.send("POST", "/step/batch", { steps: 5 });
    expect(before.json).toMatchObject({ step: 6, orders_filled: [] });
    const { json } = await session.send("POST", "/step");
    const executed = new Decimal(reached).times(side === "buy" ? "1.0001" : "0.9999").toFixed(8);
    expect(json.orders_filled).toEqual([
      {
        order_id: placed.json.order_id,
        status: "filled",
        executed_price: executed,
        executed_qty: "0.05",
        fee: expect.stringMatching(/^\d/) as string,
      },
    ]);
    const { json: all } = await session.send("GET", "/trade/orders");
    expect(all.orders.at(-1)).toMatchObject({ status: "filled", price: executed, executed_price: executed });
    expect(
      (await session.send("GET", "/account/balance")).json.balances.every(
        (row: { locked: string }) => Number(row.locked) === 0,
      ),
    ).toBe(true);
  });

  it("wait without a price, and can be cancelled once", async () => {
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

  // Locks are computed without fee and slippage, at the current price.
  async function underfunded(fidelity: Fidelity): Promise<{
    session: Awaited<ReturnType<typeof backtest>>;
    orderId: string;
    stepped: AnswerTo<"POST", "/backtest/id/step">;
  }> {
    const { owner } = await afterMorning({ 0: { BTCUSDT: "60000" }, 5: { BTCUSDT: "59000" } }, fidelity);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    const order = { ...buy("0.16666666"), type: "stop_loss", price: "59000" };
    const { json } = await session.send("POST", "/trade/order", order);
    expect(json.status).toBe("pending");
    const another = await session.send("POST", "/trade/order", { ...buy("0.000001"), type: "limit", price: "1" });
    expect(codeOf(another)).toEqual([400, "INSUFFICIENT_BALANCE"]);
    return { session, orderId: json.order_id, stepped: await session.send("POST", "/step") };
  }

  const ALL_FREE = { available: "10000.0000000000000000", locked: "0E-16" };

  it("are rejected when they trigger without funds", async () => {
    const { session, stepped } = await underfunded("declared");
    expect([stepped.status, stepped.json.orders_filled]).toEqual([200, []]);
    expect((await session.send("GET", "/trade/orders")).json.orders[0].status).toBe("rejected");
    expect((await session.send("GET", "/account/balance")).json.balances[0]).toMatchObject(ALL_FREE);
  });

  it("crash the platform's step when they trigger without funds, and release their lock each time", async () => {
    const { session, orderId, stepped } = await underfunded("observed");
    expect(codeOf(stepped)).toEqual([400, "INSUFFICIENT_BALANCE"]);
    expect((await session.send("GET", "/trade/orders")).json.orders[0].status).toBe("pending");
    expect((await session.send("GET", "/market/price/BTCUSDT")).json.virtual_time).toBe("2026-01-01T00:02:00+00:00");
    expect((await session.send("GET", "/account/balance")).json.balances[0]).toMatchObject(ALL_FREE);
    // After the second release, the same money is sufficient.
    expect((await session.send("POST", "/step")).json.orders_filled).toMatchObject([{ order_id: orderId }]);
    const { json: later } = await session.send("GET", "/account/balance");
    expect(Number(later.balances[0]?.locked)).toBe(-9999.9996);
  });
});

describe("selling an asset that a backtest never bought", () => {
  const OUTCOMES = { declared: [400, "INSUFFICIENT_BALANCE"], observed: [200, undefined] };

  it.each(BOTH)("%s", async (fidelity) => {
    const { owner } = await afterMorning(QUIET, fidelity);
    const session = await backtest(owner, 30);
    await session.send("POST", "/step");
    expect(codeOf(await session.send("POST", "/trade/order", sell("0.1")))).toEqual(OUTCOMES[fidelity]);
    const { json } = await session.send("GET", "/account/portfolio");
    expect(Number(json.available_cash)).toBe(fidelity === "declared" ? 10_000 : 15_993.4006);
    await session.send("POST", "/trade/order", buy("0.01"));
    expect(codeOf(await session.send("POST", "/trade/order", sell("0.5")))).toEqual([400, "INSUFFICIENT_BALANCE"]);
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
    Array.from({ length: 60 }, (_, minute) => [
      minute,
      { BTCUSDT: String(60_000 + ((minute * 37) % 17) * 100), ETHUSDT: String(3000 + ((minute * 29) % 11) * 20) },
    ]),
  );

  it("is conserved for any orders", async () => {
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
          const add = (asset: string, amount: Decimal): void =>
            void expected.set(asset, (expected.get(asset) ?? new Decimal(0)).plus(amount));
          for (const trade of history.trades) {
            const sign = trade.side === "buy" ? 1 : -1;
            add("USDT", new Decimal(trade.quote_amount).times(-sign).minus(trade.fee));
            add(trade.symbol.replace("USDT", ""), new Decimal(trade.quantity).times(sign));
          }
          for (const [asset, amount] of expected) {
            const row = balance.balances.find((found: { asset: string }) => found.asset === asset) ?? {
              available: "0",
              locked: "0",
            };
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
