import { describe, expect, it } from "vitest";
import {
  manualMarket,
  type Fidelity,
  type ManualMarket,
  type ManualQuote,
  type Exchange,
} from "../../../src/exchange/index.ts";
import { boundless, open, send, trader, wallet, type Answer, type Trader } from "./trader.ts";

const BTC = { price: "50000", volume: "100000" };
const UNKNOWN = "00000000-0000-4000-8000-000000000000";

async function setup(
  fidelity: Fidelity,
  quotes: Record<string, ManualQuote> = { BTCUSDT: BTC },
): Promise<{ exchange: Exchange<ManualMarket>; owner: Trader }> {
  const exchange = open({ market: manualMarket(quotes), fidelity });
  return { exchange, owner: await trader(exchange) };
}

/** Runs the same in both fidelities. */
async function both<Result>(
  act: (fidelity: Fidelity) => Promise<Result>,
): Promise<{ declared: Result; observed: Result }> {
  return { declared: await act("declared"), observed: await act("observed") };
}

function codeOf({ status, json }: Answer): string {
  return status < 300
    ? String(status)
    : `${status} ${json.error?.details?.reason ?? json.error?.code ?? json.detail?.[0]?.type}`;
}

const limitBuy = (quantity: string, price: string): Record<string, unknown> => ({
  symbol: "BTCUSDT",
  side: "buy",
  type: "limit",
  quantity,
  price,
});
const market = (side: string, quantity: string, symbol = "BTCUSDT"): Record<string, unknown> => ({
  symbol,
  side,
  type: "market",
  quantity,
});

describe("declared and observed", () => {
  it("registration with a long name", async () => {
    const { declared, observed } = await both(async (fidelity) => {
      const { exchange } = await setup(fidelity);
      const { status, json } = await send(exchange, "POST", "/api/v1/auth/register", { display_name: "x".repeat(95) });
      const works = await send(exchange, "GET", "/api/v1/account/info", undefined, { "x-api-key": json.api_key });
      return [status, typeof json.agent_id !== "string", works.status];
    });
    expect(declared).toEqual([201, false, 200]);
    expect(observed).toEqual([201, true, 401]);
  });

  it("orders without an agent", async () => {
    const result = await both(async (fidelity) => {
      const { owner } = await setup(fidelity);
      const code = codeOf(
        await owner.send("POST", "/trade/order", market("buy", "0.01"), { "x-api-key": owner.accountKey }),
      );
      return [code, (await owner.get("/trade/orders")).json.orders.length];
    });
    expect(result).toEqual({ declared: ["201", 1], observed: ["500 DATABASE_ERROR", 0] });
  });

  it("unknown agents", async () => {
    expect(
      await both(async (fidelity) => codeOf(await (await setup(fidelity)).owner.get(`/agents/${UNKNOWN}`))),
    ).toEqual({
      declared: "404 AGENT_NOT_FOUND",
      observed: "500 INTERNAL_ERROR",
    });
  });

  it("totals of order lists", async () => {
    const result = await both(async (fidelity) => {
      const { owner } = await setup(fidelity);
      for (let placed = 0; placed < 3; placed++) await owner.order(limitBuy("0.001", "40000"));
      return [
        (await owner.get("/trade/orders?limit=2")).json.total,
        (await owner.get("/trade/orders/open?limit=1&offset=1")).json.total,
      ];
    });
    expect(result).toEqual({ declared: [3, 3], observed: [2, 1] });
  });

  it("resets: positions and the new balance", async () => {
    const result = await both(async (fidelity) => {
      const { owner } = await setup(fidelity);
      await owner.order(market("buy", "0.01"));
      await owner.order(limitBuy("0.01", "40000"));
      const { json } = await owner.send("POST", "/account/reset", { confirm: "yes", new_starting_balance: "2500" });
      const portfolio = (await owner.get("/account/portfolio")).json;
      const info = (await owner.get("/account/info")).json;
      expect(info.current_session.session_id).toBe(json.new_session.session_id);
      expect((await owner.get("/trade/orders/open")).json.orders).toEqual([]);
      return [
        json.new_session.starting_balance,
        portfolio.total_equity,
        portfolio.positions.length,
        await wallet(owner),
      ];
    });
    expect(result.declared).toEqual(["2500.00000000", "2500.00000000", 0, { USDT: "2500.00000000 / 0E-8" }]);
    expect(result.observed).toEqual([
      "10000.00000000",
      "10500.00000000",
      1,
      { BTC: "0.01000000 / 0", USDT: "10000.00000000 / 0E-8" },
    ]);
  });

  it("names that are documented only", async () => {
    const result = await both(async (fidelity) => {
      const { exchange, owner } = await setup(fidelity);
      await owner.order(market("buy", "0.01"));
      const stop = await owner.order({
        symbol: "BTCUSDT",
        side: "sell",
        type: "stop_loss",
        quantity: "0.01",
        trigger_price: "40000",
      });
      const candles = await send(exchange, "GET", "/api/v1/market/candles/BTCUSDT?interval=15m");
      const reset = await owner.send("POST", "/account/reset", { confirm: true, starting_balance: "500" });
      return [codeOf(stop), codeOf(candles), reset.json.new_session.starting_balance];
    });
    expect(result).toEqual({
      declared: ["201", "200", "500.00000000"],
      observed: ["422 value_error", "400 INVALID_SYMBOL", "10000.00000000"],
    });
  });

  it("realised PnL of a period, and fees", async () => {
    const result = await both(async (fidelity) => {
      const { exchange, owner } = await setup(fidelity);
      await owner.order(market("buy", "0.02"));
      await owner.order(market("sell", "0.01"));
      await exchange.advance(2 * 86_400_000);
      await owner.order(market("sell", "0.01"));
      const [day, all] = [(await owner.get("/account/pnl?period=1d")).json, (await owner.get("/account/pnl")).json];
      return { day: day.realized_pnl, all: all.realized_pnl, net: Number(all.net_pnl) - Number(all.total_pnl) };
    });
    expect(result.declared.net).toBe(0);
    expect(Number(result.declared.day) * 2).toBeCloseTo(Number(result.declared.all), 6);
    expect(result.observed.day).toBe(result.observed.all);
    expect(result.observed.net).toBeLessThan(-1.9);
  });

  it("orders that expire", async () => {
    const result = await both(async (fidelity) => {
      const { exchange, owner } = await setup(fidelity);
      const { json } = await owner.order(limitBuy("0.01", "40000"));
      await exchange.advance(7 * 86_400_000);
      expect((await owner.get(`/trade/order/${json.order_id}`)).json.status).toBe("pending");
      await exchange.advance(3_600_000);
      expect((await owner.get(`/trade/order/${json.order_id}`)).json.status).toBe("expired");
      return [(await wallet(owner))["USDT"], codeOf(await owner.send("DELETE", `/trade/order/${json.order_id}`))];
    });
    expect(result).toEqual({
      declared: ["10000.00000000 / 0E-8", "400 ORDER_NOT_CANCELLABLE"],
      observed: ["9599.60000000 / 400.40000000", "400 ORDER_NOT_CANCELLABLE"],
    });
  });

  it("invalid risk profiles of agents", async () => {
    const result = await both(async (fidelity) => {
      const { owner } = await setup(fidelity);
      const created = await owner.send("POST", "/agents", {
        display_name: "Odd",
        risk_profile: { max_position_size_pct: 12.5 },
      });
      if (created.status !== 201) return codeOf(created);
      const as = { "x-api-key": created.json.api_key };
      const refused = await owner.send("POST", "/trade/order", market("buy", "0.026"), as);
      expect(refused.json.error.message).toBe(
        "position_limit_exceeded: BTCUSDT position would be 13.0% of equity (limit: 12.5%). Current: 0.00 USDT, Requested: 1300.00 USDT, Equity: 10000.00 USDT",
      );
      return codeOf(await owner.get("/account/info", as));
    });
    expect(result).toEqual({ declared: "422 VALIDATION_ERROR", observed: "500 INTERNAL_ERROR" });
  });

  it("residue and shortfall of filled buys, and limits that bind", async () => {
    const result = await both(async (fidelity) => {
      const { exchange, owner } = await setup(fidelity);
      await owner.order(limitBuy("0.01", "49000"));
      exchange.market.set("BTCUSDT", { price: "48000" });
      expect(exchange.sweep()).toBe(1);
      const first = (await wallet(owner))["USDT"];
      await owner.order(limitBuy("0.01", "48000"));
      const atLimit = exchange.sweep();
      const { executed_price, slippage_pct } = (await owner.get("/trade/orders?limit=1")).json.orders[0];
      const { json } = await owner.order({
        symbol: "BTCUSDT",
        side: "buy",
        type: "take_profit",
        quantity: "0.01",
        price: "40000",
      });
      const shortfall = exchange.sweep();
      const cost = (await owner.get(`/trade/order/${json.order_id}`)).json.executed_price;
      return [first, atLimit, executed_price, slippage_pct, shortfall, cost, (await wallet(owner))["USDT"]];
    });
    expect(result.declared).toEqual([
      "9519.47195200 / 0E-8",
      1,
      "48000.00000000",
      "0.000000",
      1,
      "48004.80000000",
      "8558.46390400 / 0E-8",
    ]);
    expect(result.observed.slice(0, 4)).toEqual(["9509.51000000 / 9.96195200", 1, "48004.80000000", "0.010000"]);
    // The take-profit's lock and all residue together do not pay for it, so it starves.
    expect(result.observed.slice(4)).toEqual([0, null, "8628.63000000 / 410.31390400"]);
  });

  it("order filters", async () => {
    const result = await both(async (fidelity) => {
      const { exchange } = await setup(fidelity, { BTCUSDT: { ...BTC, stepSize: "0.001", maxQty: "0.5" } });
      const owner = await boundless(exchange, "1000000");
      return [
        codeOf(await owner.order(market("buy", "0.0005"))),
        codeOf(await owner.order(market("buy", "0.00005"))),
        codeOf(await owner.order(market("buy", "0.6"))),
        codeOf(await owner.order(limitBuy("0.0015", "40000"))),
        codeOf(await owner.order(limitBuy("0.00005", "40000"))),
        codeOf(await owner.order(limitBuy("0.5000", "40000"))),
      ];
    });
    expect(result.declared).toEqual([
      "400 INVALID_QUANTITY",
      "400 INVALID_QUANTITY",
      "400 INVALID_QUANTITY",
      "400 INVALID_QUANTITY",
      "400 INVALID_QUANTITY",
      "201",
    ]);
    expect(result.observed).toEqual(["201", "201", "201", "201", "400 INVALID_QUANTITY", "201"]);
  });

  it("limits on sells", async () => {
    const large = await both(async (fidelity) => {
      const { exchange, owner } = await setup(fidelity);
      await owner.order(market("buy", "0.04"));
      exchange.market.set("BTCUSDT", { price: "300000" });
      return codeOf(await owner.order(market("sell", "0.04")));
    });
    expect(large).toEqual({ declared: "201", observed: "400 order_too_large" });
    const lost = await both(async (fidelity) => {
      const { exchange, owner } = await setup(fidelity);
      await owner.send("PUT", "/account/risk-profile", {
        max_position_size_pct: 100,
        daily_loss_limit_pct: 1,
        max_open_orders: 5,
      });
      await owner.order(market("buy", "0.04"));
      exchange.market.set("BTCUSDT", { price: "40000" });
      await owner.order(market("sell", "0.02"));
      const today = [
        codeOf(await owner.order(market("sell", "0.001"))),
        codeOf(await owner.order(market("buy", "0.001"))),
      ];
      await exchange.advance(86_400_000);
      return [...today, codeOf(await owner.order(market("buy", "0.001")))];
    });
    expect(lost).toEqual({
      declared: ["201", "400 daily_loss_limit", "201"],
      observed: ["400 daily_loss_limit", "400 daily_loss_limit", "201"],
    });
  });

  it("cancelling all orders of a whole account", async () => {
    const result = await both(async (fidelity) => {
      const { exchange, owner } = await setup(fidelity);
      await exchange.advance(0);
      await owner.send("PUT", "/account/risk-profile", {
        max_position_size_pct: 100,
        daily_loss_limit_pct: 1,
        max_open_orders: 1000,
      });
      for (let placed = 0; placed < 205; placed++) {
        if (placed % 90 === 0) await exchange.advance(60_000);
        await owner.order(limitBuy("0.001", "10000"));
      }
      const { json } = await owner.send("DELETE", "/trade/orders/open", undefined, { "x-api-key": owner.accountKey });
      return [json.cancelled_count, Number(json.total_unlocked)];
    });
    expect(result).toEqual({ declared: [205, 2052.05], observed: [200, 2052.05] });
  });
});

describe("both fidelities", () => {
  it.each(["declared", "observed"] as const)("the risk chain, in its order (%s)", async (fidelity) => {
    const { exchange, owner } = await setup(fidelity, { BTCUSDT: BTC, OLDUSDT: { price: "10", status: "inactive" } });
    const reason = async (order: Record<string, unknown>): Promise<string> => codeOf(await owner.order(order));
    expect(await reason(market("buy", "1", "FOOUSDT"))).toBe("400 price_unavailable");
    expect(await reason(market("buy", "0.00001"))).toBe("400 order_too_small");
    expect(await reason(market("buy", "0.2"))).toBe("400 order_too_large");
    expect(await reason(market("buy", "0.10000001"))).toBe("400 order_too_large");
    expect(await reason(market("buy", "0.1"))).toMatch(/^400 position_limit_exceeded/);
    expect(await reason(market("buy", "0.06"))).toMatch(
      /^400 position_limit_exceeded: BTCUSDT position would be 30\.0% of equity/,
    );
    expect(await reason(market("sell", "0.01"))).toBe("400 insufficient_balance");
    expect(await reason(market("buy", "10", "OLDUSDT"))).toBe("400 INVALID_SYMBOL");
    expect(await reason(limitBuy("0.0001", "40000"))).toBe("400 INVALID_QUANTITY");
    expect(await reason(limitBuy("0.01", "999999"))).toBe("400 INSUFFICIENT_BALANCE");
    await owner.send("PUT", "/account/risk-profile", {
      max_position_size_pct: 25,
      daily_loss_limit_pct: 20,
      max_open_orders: 1,
    });
    expect(await reason(limitBuy("0.01", "40000"))).toBe("201");
    expect(await reason(market("buy", "0.001"))).toBe("400 max_open_orders_exceeded");
    expect((await owner.get("/trade/orders")).json.orders).toHaveLength(1);
    expect(exchange.sweep()).toBe(0);
  });

  it.each(["declared", "observed"] as const)(
    "an agent's own profile replaces the account's completely (%s)",
    async (fidelity) => {
      const { owner } = await setup(fidelity);
      const loose = { max_position_size_pct: 90, daily_loss_limit_pct: 90, max_open_orders: 9 };
      const asAccount = { "x-api-key": owner.accountKey };
      expect((await owner.send("PUT", "/account/risk-profile", loose, asAccount)).json).toEqual(loose);
      expect((await owner.get("/account/info")).json.risk_profile).toEqual(loose);
      const { json } = await owner.send("POST", "/agents", {
        display_name: "Two",
        risk_profile: { order_rate_limit: 1 },
      });
      expect((await owner.get(`/agents/${json.agent_id}/risk-profile`)).json).toEqual({
        max_position_size_pct: 25,
        daily_loss_limit_pct: 20,
        max_open_orders: 50,
      });
      const as = { "x-api-key": json.api_key };
      expect(codeOf(await owner.send("POST", "/trade/order", market("buy", "0.001"), as))).toBe("201");
      expect(codeOf(await owner.send("POST", "/trade/order", market("buy", "0.001"), as))).toBe(
        "400 rate_limit_exceeded",
      );
      const own = { max_position_size_pct: 1, daily_loss_limit_pct: 1, max_open_orders: 1 };
      await owner.send("PUT", `/agents/${owner.agentId}/risk-profile`, own);
      expect((await owner.get("/account/info")).json.risk_profile).toEqual(own);
      expect((await owner.get("/account/info", asAccount)).json.risk_profile).toEqual(loose);
    },
  );
});
