// Accounts on a manual market that trade, and their metrics.
import { expect } from "vitest";
import { manualMarket, type Exchange, type Fidelity, type ManualMarket } from "../../../src/exchange/index.ts";
import { open, type Trader } from "./trader.ts";

export function openAtPrice(fidelity: Fidelity, price = "50000", symbol = "BTCUSDT"): Exchange<ManualMarket> {
  return open({ market: manualMarket({ [symbol]: { price, volume: "1e15" } }), fidelity });
}

export async function deal(owner: Trader, side: "buy" | "sell", quantity: string, symbol = "BTCUSDT"): Promise<void> {
  expect(await owner.order({ symbol, side, type: "market", quantity })).toMatchObject({ status: 201 });
}
