import {
  createExchange,
  manualMarket,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type VirtualClock,
} from "../../../src/exchange/index.ts";
import { START, trader, type Trader } from "./trader.ts";

/** A received delivery. */
export interface Received {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: string | undefined;
  /** Seconds since the start. */
  readonly at: number;
}

/** An exchange, an account on it, and a receiver of webhooks. */
export interface Setup {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly owner: Trader;
  readonly received: Received[];
  /** The receiver's next responses; the last one is repeated. */
  readonly answers: (number | "unreachable" | "silent")[];
}

export async function setup(options: ExchangeOptions = {}): Promise<Setup> {
  const clock = virtualClock(START);
  const received: Received[] = [];
  const answers: Setup["answers"] = [200];
  const exchange = createExchange({
    clock,
    rateLimits: false,
    market: manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } }),
    webhookFetch: async (url, { headers, body, redirect }) => {
      received.push({
        url,
        headers: headers as Record<string, string>,
        body: body as string,
        redirect,
        at: clock.elapsed() / 1000,
      });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === "unreachable") throw new TypeError("connection refused");
      if (answer === "silent") return new Promise(() => {});
      return new Response(null, { status: answer as number });
    },
    ...options,
  });
  return { clock, exchange, owner: await trader(exchange), received, answers };
}

export const HOOK = { url: "https://hooks.example.com/a", events: ["backtest.completed"] };
