import { getTickers } from "../../client/operations/index.ts";
import type { Ticker } from "../../endpoints/index.ts";
import type { Strategy, StrategyContext } from "../types.ts";
import { readOptions } from "./options.ts";
import { buy, ORDER_REQUESTS, shown } from "./orders.ts";

/** Options of {@link buyTheDip}. */
export interface BuyTheDipOptions {
  /** What one tick spends, in USDT, without the fee. */
  readonly amount: string;
  /** How much a pair must have fallen within 24 hours, in percent; default any fall. */
  readonly minDropPct?: string | undefined;
}

/** Pairs of one request. */
const CHUNK = 100;

/**
 * Buys the pair that has fallen most within 24 hours, if one has fallen far enough.
 *
 * @throws ValidationError if an option is unknown or invalid
 * @example
 * ```ts
 * import { buyTheDip } from "agentexchange/bots";
 *
 * const strategy = buyTheDip({ amount: "25", minDropPct: "5" });
 * console.log(strategy.name); // buyTheDip
 * ```
 */
export function buyTheDip(options: BuyTheDipOptions): Strategy {
  const name = "buyTheDip";
  const read = readOptions(name, options, ["amount", "minDropPct"]);
  const amount = read.amount("amount", options.amount);
  const { minDropPct } = options;
  const minDrop = minDropPct === undefined ? undefined : read.percent("minDropPct", minDropPct);
  read.check();
  return {
    name,
    async decide(context) {
      const { tickers, cursor } = await readTickers(context);
      const [lowest] = tickers.toSorted((one, other) => one.changePct.cmp(other.changePct));
      const extra = { cursor };
      if (lowest === undefined) return { kind: "hold", reason: "No pair has a price.", ...extra };
      const { symbol, changePct } = lowest;
      const isDip = minDrop === undefined ? changePct.lt(0) : changePct.lte(minDrop.neg());
      const change = `${symbol} changed by ${shown(changePct)} % within 24 hours`;
      if (!isDip) return { kind: "hold", reason: `No pair has fallen far enough: ${change}.`, ...extra };
      return buy(context, symbol, amount, `${change}, less than all others.`, extra);
    },
  };
}

/** The tickers of as many pairs as the budget allows, and the first pair that is left. */
async function readTickers({ client, symbols, signal, remaining }: StrategyContext): Promise<{
  readonly tickers: readonly Ticker[];
  readonly cursor: string | undefined;
}> {
  const tickers: Ticker[] = [];
  for (let start = 0; start < symbols.length; start += CHUNK) {
    if (remaining() <= ORDER_REQUESTS) return { tickers, cursor: symbols[start] };
    tickers.push(...(await client.send(getTickers, { symbols: symbols.slice(start, start + CHUNK) }, { signal })));
  }
  return { tickers, cursor: undefined };
}
