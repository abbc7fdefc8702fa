import type { AgentExchangeClient } from "agentexchange";
import type { ScaledClock } from "../../../src/exchange/time/scaledClock.ts";

const HOUR = 3_600_000;
/** How far before the present the account's history starts, in milliseconds. */
export const HISTORY_LENGTH = 24 * HOUR;
export const STARTING_BALANCE = 10_000;
const DECIMALS = 5;

interface PlannedTrade {
  /** Hours after the start. */
  readonly hour: number;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: "market" | "limit" | "stop" | "profit";
  /** Share of the starting balance for buys, of the held quantity for sells. */
  readonly share: number;
  /** Limit or trigger price relative to the last price. */
  readonly price?: number;
}

// A day of fills and, at its end, pending orders far enough from the price to stay open for a while.
const TRADES: readonly PlannedTrade[] = [
  { hour: 0.2, symbol: "BTCUSDT", side: "buy", type: "market", share: 0.2 },
  { hour: 1.5, symbol: "ETHUSDT", side: "buy", type: "market", share: 0.15 },
  { hour: 3, symbol: "SOLUSDT", side: "buy", type: "market", share: 0.1 },
  { hour: 4.2, symbol: "BTCUSDT", side: "sell", type: "market", share: 0.4 },
  { hour: 6, symbol: "DOGEUSDT", side: "buy", type: "market", share: 0.08 },
  { hour: 11, symbol: "SOLUSDT", side: "sell", type: "market", share: 0.5 },
  { hour: 14, symbol: "XRPUSDT", side: "buy", type: "market", share: 0.07 },
  { hour: 17.5, symbol: "DOGEUSDT", side: "sell", type: "market", share: 1 },
  { hour: 20, symbol: "BTCUSDT", side: "buy", type: "market", share: 0.06 },
  { hour: 23, symbol: "ETHUSDT", side: "sell", type: "market", share: 0.3 },
  { hour: 23.8, symbol: "BTCUSDT", side: "buy", type: "limit", share: 0.08, price: 0.95 },
  { hour: 23.8, symbol: "SOLUSDT", side: "buy", type: "limit", share: 0.05, price: 0.93 },
  { hour: 23.8, symbol: "ETHUSDT", side: "sell", type: "profit", share: 0.5, price: 1.06 },
  { hour: 23.8, symbol: "BTCUSDT", side: "sell", type: "stop", share: 0.5, price: 0.92 },
];

/** Places a day of trades that end at `present`, with a clock that is set to each trade's time. */
export async function placeHistory(client: AgentExchangeClient, clock: ScaledClock, present: number): Promise<void> {
  const held = new Map<string, number>();
  for (const { hour, symbol, side, type, share, price = 1 } of TRADES) {
    clock.setTo(present - HISTORY_LENGTH + hour * HOUR);
    const last = (await client.getPrice(symbol)).price.toNumber();
    const quantity = roundDown(side === "buy" ? (STARTING_BALANCE * share) / last : (held.get(symbol) ?? 0) * share);
    const order = { symbol, side, quantity: quantity.toFixed(DECIMALS) };
    const trigger = (last * price).toPrecision(5);
    try {
      if (type === "market") await client.placeMarketOrder(order);
      else if (type === "limit") await client.placeLimitOrder({ ...order, price: trigger });
      else if (type === "stop") await client.placeStopLoss({ ...order, triggerPrice: trigger });
      else await client.placeTakeProfit({ ...order, triggerPrice: trigger });
    } catch {
      continue; // Some markets reject some of these orders; the history continues without them.
    }
    if (type === "market")
      held.set(symbol, roundDown((held.get(symbol) ?? 0) + (side === "buy" ? quantity : -quantity)));
  }
  clock.setTo(present);
}

/** Rounds down, so that a sell never exceeds the balance. */
function roundDown(quantity: number): number {
  return Math.floor(quantity * 10 ** DECIMALS) / 10 ** DECIMALS;
}
