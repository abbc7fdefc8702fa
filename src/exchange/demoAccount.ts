import type { Exchange } from "./exchange.ts";
import type { RegisteredAccount } from "./registration.ts";
import type { ScaledClock } from "./time/scaledClock.ts";
import { HOUR } from "./time/units.ts";

/** How far before the present the account starts trading, in milliseconds. */
export const DEMO_HISTORY: number = 24 * HOUR;

interface DemoOrder {
  /** Hours after the start. */
  readonly hour: number;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: "market" | "limit" | "stop_loss" | "take_profit";
  /** Fraction of the starting balance, or for sells of the holding. */
  readonly share: number;
  /** Limit or trigger price as a factor of the last price. */
  readonly price?: number;
}

// A day of fills, and at its end orders far enough from the price to stay pending for a while.
const DEMO_ORDERS: readonly DemoOrder[] = [
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

/** Registers an account whose agent has traded for a day before `present`. Leaves the clock at `present`. */
export async function registerDemoAccount(
  exchange: Exchange,
  clock: ScaledClock,
  present: number,
): Promise<RegisteredAccount> {
  const account = await exchange.register({ displayName: "Demo", startingBalance: STARTING_BALANCE });
  const request = async (path: string, body?: object): Promise<unknown> => {
    const headers = { "x-api-key": account.apiKey, "content-type": "application/json" };
    const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    const response = await exchange.fetch(`${exchange.connection.baseUrl}/api/v1${path}`, init);
    return response.json();
  };
  const holdings = new Map<string, number>();
  for (const { hour, symbol, side, type, share, price } of DEMO_ORDERS) {
    clock.setTo(present - DEMO_HISTORY + hour * HOUR);
    const last = Number(((await request(`/market/price/${symbol}`)) as { readonly price: string }).price);
    const amount = side === "buy" ? (STARTING_BALANCE * share) / last : (holdings.get(symbol) ?? 0) * share;
    const quantity = roundDown(amount);
    const order = { symbol, side, type, quantity: quantity.toFixed(DECIMALS) };
    // A rejected order, possible on some markets, is simply left out.
    await request("/trade/order", price === undefined ? order : { ...order, price: (last * price).toPrecision(5) });
    if (type === "market")
      holdings.set(symbol, roundDown((holdings.get(symbol) ?? 0) + (side === "buy" ? quantity : -quantity)));
  }
  clock.setTo(present);
  return account;
}

/** Rounds down, so that the amount is always available. */
function roundDown(quantity: number): number {
  return Math.floor(quantity * 10 ** DECIMALS) / 10 ** DECIMALS;
}
