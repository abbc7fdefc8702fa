import { getAllPrices, getPortfolio } from "../../client/operations/index.ts";
import type { Portfolio } from "../../endpoints/index.ts";
import { Exact, type Decimal } from "../../wire/index.ts";
import type { Strategy } from "../types.ts";
import { readOptions } from "./options.ts";
import { buy, sell, shown } from "./orders.ts";

/** Options of {@link rebalance}. */
export interface RebalanceOptions {
  /** Percent of the equity by pair; together at most 100. What is left stays cash. */
  readonly weights: Readonly<Record<string, string>>;
  /** How far a pair may be from its weight, in percent of the equity; default `"1"`. */
  readonly thresholdPct?: string | undefined;
}

interface Gap {
  readonly symbol: string;
  readonly price: Decimal;
  /** What must be bought, in USDT; negative if it must be sold. */
  readonly amount: Decimal;
}

/** Room for the fee and for slippage in what the cash can buy. */
const CASH_USED = "0.99";

/**
 * Keeps pairs at their weights of the equity: each tick trades the one that is farthest from its weight.
 *
 * @throws ValidationError if an option is unknown or invalid
 * @example
 * ```ts
 * import { rebalance } from "agentexchange/bots";
 *
 * const strategy = rebalance({ weights: { BTCUSDT: "50", ETHUSDT: "30" }, thresholdPct: "2" });
 * console.log(strategy.name); // rebalance
 * ```
 */
export function rebalance(options: RebalanceOptions): Strategy {
  const name = "rebalance";
  const read = readOptions(name, options, ["weights", "thresholdPct"]);
  const entries = Object.entries(options.weights ?? {});
  if (entries.length === 0) read.report("weights", 'must name at least one pair, such as { BTCUSDT: "50" }');
  const weights = new Map(
    entries.map(([symbol, weight]) => [symbol.toUpperCase(), read.percent(`weights.${symbol}`, weight)]),
  );
  const total = [...weights.values()].reduce((sum, weight) => sum.plus(weight), new Exact(0));
  if (total.gt(100)) read.report("weights", `must be at most 100 together, but are ${total.toFixed()}`);
  const threshold = read.percent("thresholdPct", options.thresholdPct ?? "1");
  read.check();
  return {
    name,
    async decide(context) {
      const { client, symbols, signal } = context;
      const traded = symbols.filter((symbol) => weights.has(symbol));
      if (traded.length === 0) return { kind: "hold", reason: "No pair with a weight can be traded." };
      const portfolio = await client.send(getPortfolio, { signal });
      const prices = await client.send(getAllPrices, { symbols: traded }, { signal });
      const { totalEquity, availableCash } = portfolio;
      const gaps: Gap[] = prices
        .filter(({ symbol }) => traded.includes(symbol))
        .map(({ symbol, price }) => {
          const target = Exact.mul(totalEquity, weights.get(symbol) ?? 0).div(100);
          return { symbol, price, amount: target.minus(Exact.mul(heldOf(portfolio, symbol), price)) };
        })
        .toSorted((one, other) => other.amount.abs().cmp(one.amount.abs()));
      const isFar = ({ amount }: Gap): boolean => amount.abs().gte(Exact.mul(totalEquity, threshold).div(100));
      const cash = Exact.mul(availableCash, CASH_USED);
      // Without cash, the pair with too much must be sold first.
      const widest = gaps.find((gap) => isFar(gap) && (gap.amount.isNegative() || cash.gte(1)));
      if (widest === undefined)
        return { kind: "hold", reason: `All pairs are within ${threshold.toFixed()} % of their weights.` };
      const { symbol, price, amount } = widest;
      const share = shown(totalEquity.isZero() ? new Exact(0) : amount.div(totalEquity).times(100));
      const reason = `${symbol} is ${share} % of the equity away from its weight.`;
      if (amount.isPositive())
        return buy(context, symbol, Exact.min(amount, cash).toDecimalPlaces(8, Exact.ROUND_DOWN), reason);
      const quantity = Exact.min(amount.neg().div(price), heldOf(portfolio, symbol));
      return sell(context, symbol, quantity.toDecimalPlaces(8, Exact.ROUND_DOWN), reason);
    },
  };
}

function heldOf({ positions }: Portfolio, symbol: string): Decimal {
  return positions.find((position) => position.symbol === symbol)?.quantity ?? new Exact(0);
}
