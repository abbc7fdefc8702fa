import { describe, expect, it } from "vitest";
import { manualMarket } from "../../../src/exchange/index.ts";
import { BOTH, codeOf } from "./backtests.ts";
import { open, trader, wallet } from "./trader.ts";

describe("declared and observed, edge cases", () => {
  it.each(BOTH)("cancelling an order after another one took more than it had locked (%s)", async (fidelity) => {
    const market = manualMarket({
      BTCUSDT: { price: "50000", volume: "100000" },
      ETHUSDT: { price: "3000", volume: "100000" },
    });
    const exchange = open({ market, fidelity });
    const owner = await trader(exchange);
    const waiting = { symbol: "ETHUSDT", side: "buy", type: "limit", quantity: "0.2", price: "2000" };
    const { json } = await owner.order(waiting);
    await owner.order(waiting);
    await owner.order({ symbol: "BTCUSDT", side: "buy", type: "take_profit", quantity: "0.005", price: "49000" });
    expect(exchange.sweep()).toBe(1);
    const one = await owner.send("DELETE", `/trade/order/${json.order_id}`);
    const rest = await owner.send("DELETE", "/trade/orders/open");
    const money = (await wallet(owner))["USDT"];
    expect([codeOf(one), codeOf(rest), money]).toEqual(
      fidelity === "observed"
        ? // The first order takes back its whole lock, the other one finds too little.
          [[200, undefined], [500, "INTERNAL_ERROR"], "9354.35500000 / 395.36997500"]
        : [[200, undefined], [200, undefined], "9749.72497500 / 0E-8"],
    );
  });

  it.each(BOTH)("an account whose only agent is archived (%s)", async (fidelity) => {
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "50000", volume: "100000" } }), fidelity });
    const owner = await trader(exchange);
    const as = { "x-api-key": owner.accountKey };
    expect((await owner.send("POST", `/agents/${owner.agentId}/archive`, undefined, as)).status).toBe(200);
    const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" };
    const expected = fidelity === "observed" ? [500, "DATABASE_ERROR"] : [404, "AGENT_NOT_FOUND"];
    expect(codeOf(await owner.send("POST", "/trade/order", order, as))).toEqual(expected);
    expect(codeOf(await owner.send("POST", "/account/reset", { confirm: true }, as))).toEqual(expected);
  });
});
