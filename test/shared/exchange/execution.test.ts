import { describe, expect, it } from "vitest";
import { manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import {
  toDecimal28,
  subtract,
  add,
  fromFixed8,
  formatDecimal,
  formatFixed8,
  multiply,
  fixed6,
  fixed8,
} from "../../../src/exchange/base/amount.ts";
import { computeExecution } from "../../../src/exchange/engine/trading/execution.ts";
import { registerAccount } from "../../../src/exchange/engine/accounts/accounts.ts";
import { bookFill } from "../../../src/exchange/engine/trading/positions.ts";
import { createExchangeState } from "../../../src/exchange/engine/createState.ts";
import type { ExchangeState } from "../../../src/exchange/engine/state.ts";
import { quirksOf } from "../../../src/exchange/base/quirks.ts";
import type { Agent } from "../../../src/exchange/engine/model.ts";

function stateWith(price: string, volume?: string): ExchangeState {
  const clock = virtualClock(0);
  return createExchangeState(clock, manualMarket({ XUSDT: { price, volume } }).open(clock), quirksOf("observed"), 1);
}

describe("slippage, fill and fee", () => {
  it.each([
    [
      "buy",
      "0.02",
      "61250.40",
      "18000",
      "61256.52504000",
      "0.010000",
      "1225.13050080",
      "1.22513050",
      "1226.3556313000",
    ],
    [
      "sell",
      "0.02",
      "61250.40",
      "18000",
      "61244.27496000",
      "0.010000",
      "1224.88549920",
      "1.22488550",
      "1223.6606137000",
    ],
    [
      "buy",
      "36",
      "61250.40",
      "18000",
      "61262.65008000",
      "0.020000",
      "2205455.40288000",
      "2205.45540288",
      "2207660.85828288",
    ],
    [
      "sell",
      "250",
      "3120.55",
      "1000",
      "3042.53625000",
      "2.500000",
      "760634.06250000",
      "760.63406250",
      "759873.42843750",
    ],
    [
      "sell",
      "5000",
      "3120.55",
      "1000",
      "2808.49500000",
      "10.000000",
      "14042475.00000000",
      "14042.47500000",
      "14028432.52500000",
    ],
    ["buy", "1.5", "2.4071", undefined, "2.40734071", "0.010000", "3.61101106", "0.00361101", "3.614622075"],
    [
      "buy",
      "12345.678",
      "0.00001234",
      "1000000",
      "0.00001236",
      "0.123457",
      "0.15259258",
      "0.00015259",
      "0.15274517008",
    ],
  ] as const)("%s %s at %s of %s", (side, quantity, price, volume, executed, slippage, gross, fee, cost) => {
    const q = toDecimal28(quantity);
    const execution = computeExecution(stateWith(price, volume), "XUSDT", side, q, toDecimal28(price));
    const value = multiply(fromFixed8(execution.price), q);
    const total = side === "buy" ? add(value, fromFixed8(execution.fee)) : subtract(value, fromFixed8(execution.fee));
    expect([
      formatFixed8(execution.price),
      formatDecimal({ units: execution.slippage, scale: 6 }),
      formatFixed8(execution.gross),
      formatFixed8(execution.fee),
    ]).toEqual([executed, slippage, gross, fee]);
    expect(Number(formatDecimal(total))).toBe(Number(cost));
  });

  it("never fills worse than a limit price", () => {
    const state = stateWith("50000", "18000");
    const limit = fixed8(5_000_000_000_000n);
    const execution = computeExecution(state, "XUSDT", "buy", toDecimal28("0.01"), toDecimal28("50000"), limit);
    expect([execution.price, execution.slippage, execution.gross]).toEqual([limit, 0n, 50_000_000_000n]);
  });
});

describe("positions", () => {
  function agentOf(): Agent {
    const draft = { displayName: "a", email: undefined, password: undefined, startingBalance: fixed8(1n) };
    const state = stateWith("1");
    return state.agents.get(registerAccount(state, draft).agentIds[0] ?? "") as Agent;
  }
  const fill = (price: bigint, fee: bigint) => ({
    price: fixed8(price),
    fee: fixed8(fee),
    slippage: fixed6(0n),
    gross: fixed8(0n),
  });

  it("compute the average from the stored figures", () => {
    const agent = agentOf();
    bookFill(agent, "XUSDT", "buy", toDecimal28("0.02"), fill(6_125_652_504_000n, 122_513_050n), 0);
    bookFill(agent, "XUSDT", "buy", toDecimal28("0.015"), fill(6_011_001_100_000n, 90_165_016n), 0);
    expect(agent.positions.get("XUSDT")).toMatchObject({
      quantity: 3_500_000n,
      totalCost: 212_890_744_646n,
      averagePrice: 6_082_592_704_171n,
    });
  });

  it("keep their unrounded remaining cost, never fall below zero, and keep their opening time", () => {
    const agent = agentOf();
    bookFill(agent, "XUSDT", "buy", toDecimal28("0.03"), fill(6_000_000_000_000n, 0n), 7);
    const sale = bookFill(agent, "XUSDT", "sell", toDecimal28("0.010000005"), fill(6_100_000_000_000n, 1n), 8);
    expect(sale?.byAverage).toBe(1_000_000_499n);
    expect(agent.positions.get("XUSDT")).toMatchObject({ quantity: 2_000_000n, totalCost: 119_999_970_000n });
    bookFill(agent, "XUSDT", "sell", toDecimal28("1"), fill(6_100_000_000_000n, 0n), 9);
    expect(agent.positions.get("XUSDT")).toMatchObject({
      quantity: 0n,
      totalCost: 0n,
      averagePrice: 6_000_000_000_000n,
    });
    bookFill(agent, "XUSDT", "buy", toDecimal28("0.01"), fill(5_000_000_000_000n, 0n), 10);
    expect(agent.positions.get("XUSDT")).toMatchObject({ averagePrice: 5_000_000_000_000n, openedAt: 7 });
  });

  it("are not created by a sale without a position", () => {
    expect(bookFill(agentOf(), "XUSDT", "sell", toDecimal28("1"), fill(1n, 0n), 0)).toBeUndefined();
  });
});
