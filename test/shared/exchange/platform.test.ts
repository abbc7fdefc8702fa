import { describe, expect, it } from "vitest";
import { manualMarket } from "../../../src/exchange/index.ts";
import { boundless, open, trader, wallet } from "./trader.ts";

describe("a fresh account", () => {
  it("has only cash", async () => {
    const owner = await trader(open({ market: manualMarket(), fidelity: "observed" }));
    expect((await owner.get("/account/balance")).json).toEqual({
      balances: [{ asset: "USDT", available: "10000.00000000", locked: "0E-8", total: "10000.00000000" }],
      total_equity_usdt: "10000.00000000",
    });
    expect((await owner.get("/account/portfolio")).json).toMatchObject({
      total_equity: "10000.00000000",
      available_cash: "10000.00000000",
      locked_cash: "0E-8",
      total_position_value: "0",
      unrealized_pnl: "0",
      realized_pnl: "0",
      total_pnl: "0",
      roi_pct: "0E+8",
      positions: [],
    });
    expect((await owner.get("/account/pnl")).json).toMatchObject({
      fees_paid: "0",
      net_pnl: "0",
      winning_trades: 0,
      win_rate: "0",
    });
    expect((await owner.get("/analytics/performance")).json).toMatchObject({
      sharpe_ratio: "0.0",
      win_rate: "0.0",
      avg_win: "0",
      best_trade: "0",
      current_streak: 0,
    });
  });
});

describe("a complete session, as observed", () => {
  it("agrees with the platform at every step", async () => {
    const exchange = open({
      market: manualMarket({ BTCUSDT: { price: "50000", volume: "100000" } }),
      fidelity: "observed",
    });
    const owner = await trader(exchange);
    const order = async (side: string, type: string, quantity: string, price?: string): Promise<unknown> =>
      (await owner.order({ symbol: "BTCUSDT", side, type, quantity, price })).json;
    const sweepAt = (price: string): number => {
      exchange.market.set("BTCUSDT", { price });
      return exchange.sweep();
    };
    const last = async (): Promise<unknown> => (await owner.get("/trade/orders?status=filled&limit=1")).json.orders[0];

    expect(await order("buy", "limit", "0.01", "49000")).toMatchObject({
      status: "pending",
      locked_amount: "490.49000",
    });
    expect(await wallet(owner)).toEqual({ USDT: "9509.51000000 / 490.49000000" });
    expect(sweepAt("48000")).toBe(1);
    expect(await last()).toMatchObject({ executed_price: "48004.80000000", fee: "0.48004800" });
    expect(await wallet(owner)).toEqual({ BTC: "0.01000000 / 0E-8", USDT: "9509.51000000 / 9.96195200" });
    await order("buy", "limit", "0.01", "48000");
    expect(sweepAt("48000")).toBe(1);
    expect(await wallet(owner)).toEqual({ BTC: "0.02000000 / 0E-8", USDT: "9029.03000000 / 9.91390400" });
    await order("buy", "take_profit", "0.005", "47000");
    expect(sweepAt("48000")).toBe(1);
    expect(await wallet(owner)).toEqual({ BTC: "0.02500000 / 0E-8", USDT: "8793.79500000 / 4.88488000" });
    await order("sell", "stop_loss", "0.004", "47000");
    await order("sell", "take_profit", "0.004", "60000");
    expect(await wallet(owner)).toEqual({ BTC: "0.01700000 / 0.00800000", USDT: "8793.79500000 / 4.88488000" });
    expect(sweepAt("46000")).toBe(1);
    expect(await wallet(owner)).toEqual({ BTC: "0.01700000 / 0.00400000", USDT: "8977.59261840 / 4.88488000" });
    expect(sweepAt("61000")).toBe(1);
    expect(await wallet(owner)).toEqual({ BTC: "0.01700000 / 0E-8", USDT: "9221.32424280 / 4.88488000" });
    expect(await order("sell", "market", "0.001")).toMatchObject({
      executed_price: "60993.90000000",
      fee: "0.06099390",
      total_cost: "60.93290610000",
    });
    expect(await wallet(owner)).toEqual({ BTC: "0.01600000 / 0E-8", USDT: "9282.25714890 / 4.88488000" });

    expect((await owner.get("/account/portfolio")).json).toMatchObject({
      total_equity: "10263.14202890",
      realized_pnl: "55.98690570",
      total_pnl: "263.1420289000000000",
      roi_pct: "2.63142028900",
      positions: [
        {
          avg_entry_price: "48052.80480000",
          market_value: "976.00000000",
          unrealized_pnl: "207.1551232000000000",
          unrealized_pnl_pct: "26.94368258811814456250012694",
        },
      ],
    });
    expect((await owner.get("/account/pnl")).json).toMatchObject({
      fees_paid: "1.68907110",
      net_pnl: "261.4529578000000000",
      winning_trades: 2,
      losing_trades: 1,
      win_rate: "66.66666666666666666666666667",
    });
    expect((await owner.get("/analytics/performance")).json).toMatchObject({
      win_rate: "66.66666667",
      profit_factor: "7.6543335",
      avg_win: "32.20025325",
      avg_loss: "-8.41360080",
      best_trade: "51.52040520",
      worst_trade: "-8.41360080",
      total_trades: 3,
      current_streak: 2,
    });
  });

  it("cannot pay for a buy at exactly its limit from its own lock", async () => {
    const exchange = open({
      market: manualMarket({ BTCUSDT: { price: "48000", volume: "100000" } }),
      fidelity: "observed",
    });
    const owner = await trader(exchange);
    await owner.order({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "48000" });
    expect(exchange.sweep()).toBe(0);
    exchange.market.set("BTCUSDT", { price: "47990" });
    expect(exchange.sweep()).toBe(1);
    expect((await wallet(owner))["USDT"]).toBe("9519.52000000 / 0.05206201");
  });
});

describe("ties, shared locks and scales, as observed", () => {
  const observed = "observed";

  it("locks and unlocks amounts rounded half away from zero", async () => {
    const owner = await trader(open({ market: manualMarket({ XUSDT: { price: "1000" } }), fidelity: observed }));
    const placed = await owner.order({
      symbol: "XUSDT",
      side: "buy",
      type: "limit",
      quantity: "0.5",
      price: "20.00001",
    });
    expect(placed.json.locked_amount).toBe("10.010005005");
    expect(await wallet(owner)).toEqual({ USDT: "9989.98999499 / 10.01000501" });
    const cancelled = await owner.send("DELETE", `/trade/order/${placed.json.order_id}`);
    expect(cancelled.json).toMatchObject({ status: "cancelled", unlocked_amount: "10.0100050050000000000" });
    expect(await wallet(owner)).toEqual({ USDT: "10000.00000000 / 0E-8" });
  });

  it("rounds a sold quantity once for the wallet and once for the position", async () => {
    const exchange = open({
      market: manualMarket({ BTCUSDT: { price: "61250.40", volume: "100000" } }),
      fidelity: observed,
    });
    const owner = await trader(exchange);
    await owner.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.03" });
    const sold = await owner.order({ symbol: "BTCUSDT", side: "sell", type: "market", quantity: "0.010000005" });
    expect(sold.json).toMatchObject({ fee: "0.61244306", total_cost: "611.83061276137480000" });
    expect((await wallet(owner))["BTC"]).toBe("0.01999999 / 0E-8");
    expect((await owner.get("/account/positions")).json.positions[0].quantity).toBe("0.02000000");
    const locked = await owner.order({
      symbol: "BTCUSDT",
      side: "sell",
      type: "limit",
      quantity: "0.010000005",
      price: "70000",
    });
    expect(locked.json.locked_amount).toBe("0.010000005");
    expect((await wallet(owner))["BTC"]).toBe("0.00999998 / 0.01000001");
  });

  it("releases more than it locked for a request with too many decimals", async () => {
    const exchange = open({
      market: manualMarket({ BTCUSDT: { price: "60000", volume: "100000" } }),
      fidelity: observed,
    });
    const owner = await trader(exchange);
    await owner.order({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "40000" });
    const odd = await owner.order({
      symbol: "BTCUSDT",
      side: "buy",
      type: "limit",
      quantity: "0.00123456789",
      price: "50000.123456789123",
    });
    expect((await wallet(owner))["USDT"]).toBe("9537.80972454 / 462.19027546");
    await owner.send("DELETE", `/trade/order/${odd.json.order_id}`);
    expect((await wallet(owner))["USDT"]).toBe("9599.60010561 / 400.39989439");
  });

  it("lets one order consume another's lock, so that the other cannot be cancelled", async () => {
    const market = manualMarket({
      BTCUSDT: { price: "50000", volume: "100000" },
      ETHUSDT: { price: "3000", volume: "100000" },
    });
    const exchange = open({ market, fidelity: observed });
    const owner = await trader(exchange);
    const starved = await owner.order({
      symbol: "ETHUSDT",
      side: "buy",
      type: "limit",
      quantity: "0.2",
      price: "2000",
    });
    await owner.order({ symbol: "BTCUSDT", side: "buy", type: "take_profit", quantity: "0.005", price: "49000" });
    expect(exchange.sweep()).toBe(1);
    expect((await wallet(owner))["USDT"]).toBe("9354.35500000 / 395.36997500");
    const path = `/trade/order/${starved.json.order_id}` as const;
    for (const target of [path, "/trade/orders/open"]) {
      const answer = await owner.send("DELETE", target);
      expect([answer.status, answer.json.error.code]).toEqual([500, "INTERNAL_ERROR"]);
    }
    expect((await owner.get(path)).json.status).toBe("pending");
  });

  it("rejects a buy that is short by one unit", async () => {
    for (const [balance, details] of [
      ["1001.10005", { asset: "USDT", required: "1001.10010000" }],
      ["1001.09", { asset: "USDT", required: "1001.1000000000", available: "1001.09000000" }],
    ] as const) {
      const exchange = open({
        market: manualMarket({ BTCUSDT: { price: "50000", volume: "100000" } }),
        fidelity: observed,
      });
      const owner = await boundless(exchange, balance);
      const { status, json } = await owner.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.02" });
      expect([status, json.error.code, json.error.details], balance).toEqual([400, "INSUFFICIENT_BALANCE", details]);
      expect((await owner.get("/trade/orders")).json.orders).toEqual([]);
    }
  });

  it("keeps 28 digits of quantities beyond 8 decimals", async () => {
    const exchange = open({
      market: manualMarket({ XUSDT: { price: "1.4E-8", volume: "1E+15" } }),
      fidelity: observed,
    });
    const owner = await trader(exchange);
    const { json } = await owner.order({
      symbol: "XUSDT",
      side: "buy",
      type: "market",
      quantity: "1000000000.123456789",
    });
    expect(json).toMatchObject({ executed_price: "1E-8", fee: "0.01000000", total_cost: "10.01000000123456789" });
    expect((await owner.get("/account/portfolio")).json).toMatchObject({
      roi_pct: "0.040000000004938271600",
      positions: [
        {
          quantity: "1000000000.12345679",
          avg_entry_price: "1E-8",
          market_value: "14.00000000172839506",
          unrealized_pnl: "4.00000000049382716",
          unrealized_pnl_pct: "40.0",
        },
      ],
    });
  });

  it("replies with the scales of the request", async () => {
    const owner = await trader(
      open({ market: manualMarket({ XUSDT: { price: "60000.00", volume: "100000" } }), fidelity: observed }),
    );
    const placed = await owner.order({
      symbol: "xusdt",
      side: "buy",
      type: "limit",
      quantity: "0.02",
      price: "60000.00",
    });
    expect(placed.json.locked_amount).toBe("1201.2000000");
    const cancelled = await owner.send("DELETE", `/trade/order/${placed.json.order_id}`);
    expect(cancelled.json.unlocked_amount).toBe("1201.2000000000000000000");
    const byNumber = await owner.order({ symbol: "XUSDT", side: "buy", type: "market", quantity: 0.001 });
    expect(byNumber.json.requested_quantity).toBe("0.001");
    const byText = await owner.order({ symbol: "XUSDT", side: "buy", type: "market", quantity: " +0.00_10 " });
    expect(byText.json.executed_quantity).toBe("0.0010");
  });
});
