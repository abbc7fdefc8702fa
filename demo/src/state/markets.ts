// The figures of all pairs, for lists of them.
import type { Decimal, Ticker } from "agentexchange";
import { getTickers } from "agentexchange/core";
import { followPrices, watchAllPrices } from "../feed.ts";
import { pairs } from "./board.ts";
import { connectionCount } from "./connection.ts";
import { keyed } from "./keyed.ts";
import { poll } from "./poll.ts";

const PERIOD = 15_000;
/** Symbols of one request, as many as the platform allows. */
const GROUP = 100;

/** By symbol; pairs that have not been loaded yet are missing. */
export const tickers = keyed<ReadonlyMap<string, Ticker>>(() => connectionCount.value, new Map());

/** Keeps the figures of all pairs current while a list of them is seen; returns a function that stops it. */
export function followMarkets(): () => void {
  const stops = [
    followPrices(),
    watchAllPrices(),
    poll({
      name: "figures of all pairs",
      period: PERIOD,
      depends: () => pairs.value,
      async task(client, abort) {
        const symbols = pairs.peek().map(({ symbol }) => symbol);
        for (let start = 0; start < symbols.length; start += GROUP) {
          const group = symbols.slice(start, start + GROUP);
          const loaded = await client.send(getTickers, { symbols: group }, { signal: abort });
          tickers.value = new Map([...tickers.peek(), ...loaded.map((ticker) => [ticker.symbol, ticker] as const)]);
        }
      },
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The change since the ticker's first price, in percent at the live price. */
export function changeAt({ open, changePct }: Ticker, live: Decimal | undefined): Decimal {
  return live === undefined || open.isZero() ? changePct : live.minus(open).div(open).mul(100);
}
