import type { Exchange, RegisteredAccount } from "../exchange/index.ts";
import type { ScaledClock } from "../exchange/time/scaledClock.ts";
import { HOUR } from "../exchange/time/units.ts";

/** How long before the present the account's story begins. */
export const DEMO_PAST: number = 24 * HOUR;

interface Deal {
  /** Hours after the beginning. */
  readonly hour: number;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: "market" | "limit" | "stop_loss" | "take_profit";
  /** Of the starting balance, or of what is held. */
  readonly share: number;
  /** Limit or trigger price, to the last price. */
  readonly price?: number;
}

// Fills of the first day and, at its end, orders far enough from the price to wait for a while.
const STORY: readonly Deal[] = [
  { hour: 0.2, symbol: "BTCUSDT", side: "buy", type: "market", share: 0.2 },
  { hour: 1.5, symbol: "ETHUSDT", side: "buy", type: "market", share: 0.15 },
  { hour: 3, symbol: "SOLUSDT", side: "buy", type: "market", share: 0.1 },
  { hour: 4.2, symbol: "BTCUSDT", side: "sell", type: "market", share: 0.4 },
  { hour: 6, symbol: "DOGEUSDT", side: "buy", type: "market", share: 0.08 },
  { hour: 8.5, symbol: "ETHUSDT", side: "buy", type: "limit", share: 0.06, price: 0.998 },
  { hour: 11, symbol: "SOLUSDT", side: "sell", type: "market", share: 0.5 },
  { hour: 14, symbol: "XRPUSDT", side: "buy", type: "market", share: 0.07 },
  { hour: 17.5, symbol: "DOGEUSDT", side: "sell", type: "market", share: 1 },
  { hour: 20, symbol: "BTCUSDT", side: "buy", type: "market", share: 0.06 },
  { hour: 23, symbol: "ETHUSDT", side: "sell", type: "market", share: 0.3 },
  { hour: 23.8, symbol: "BTCUSDT", side: "buy", type: "limit", share: 0.08, price: 0.95 },
  { hour: 23.8, symbol: "SOLUSDT", side: "buy", type: "limit", share: 0.05, price: 0.93 },
  { hour: 23.8, symbol: "ETHUSDT", side: "sell", type: "take_profit", share: 0.5, price: 1.06 },
  { hour: 23.8, symbol: "BTCUSDT", side: "sell", type: "stop_loss", share: 0.5, price: 0.92 },
];

const STARTING_BALANCE = 10_000;
const DECIMALS = 5;

/** Opens an account whose agent has traded for a day by the time the clock stands at `present`. */
export async function registerDemo(
  exchange: Exchange,
  clock: ScaledClock,
  present: number,
): Promise<RegisteredAccount> {
  const account = await exchange.register({ displayName: "Demo", startingBalance: STARTING_BALANCE });
  const ask = async (path: string, body?: object): Promise<unknown> => {
    const headers = { "x-api-key": account.apiKey, "content-type": "application/json" };
    const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    const response = await exchange.fetch(`${exchange.connection.baseUrl}/api/v1${path}`, init);
    return response.json();
  };
  const held = new Map<string, number>();
  for (const { hour, symbol, side, type, share, price } of STORY) {
    clock.setTo(present - DEMO_PAST + hour * HOUR);
    const last = Number(((await ask(`/market/price/${symbol}`)) as { readonly price: string }).price);
    const amount = side === "buy" ? (STARTING_BALANCE * share) / last : (held.get(symbol) ?? 0) * share;
    const quantity = floored(amount);
    const order = { symbol, side, type, quantity: quantity.toFixed(DECIMALS) };
    // Not every market has room for every order: a refused one is no part of the story.
    await ask("/trade/order", price === undefined ? order : { ...order, price: (last * price).toPrecision(5) });
    if (type === "market") held.set(symbol, floored((held.get(symbol) ?? 0) + (side === "buy" ? quantity : -quantity)));
  }
  clock.setTo(present);
  return account;
}

/** Never more than there is. */
function floored(quantity: number): number {
  return Math.floor(quantity * 10 ** DECIMALS) / 10 ** DECIMALS;
}
