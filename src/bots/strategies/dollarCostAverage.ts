import type { Strategy } from "../types.ts";
import { readOptions } from "./options.ts";
import { buy } from "./orders.ts";

/** Options of {@link dollarCostAverage}. */
export interface DollarCostAverageOptions {
  /** What one tick spends, in USDT, without the fee. */
  readonly amount: string;
}

/**
 * Buys for the same amount at every tick, whatever the price. With several pairs, each tick buys the next one.
 *
 * @throws ValidationError if an option is unknown or invalid
 * @example
 * ```ts
 * import { dollarCostAverage } from "agentexchange/bots";
 *
 * const strategy = dollarCostAverage({ amount: "25" });
 * console.log(strategy.name); // dollarCostAverage
 * ```
 */
export function dollarCostAverage(options: DollarCostAverageOptions): Strategy {
  const name = "dollarCostAverage";
  const read = readOptions(name, options, ["amount"]);
  const amount = read.amount("amount", options.amount);
  read.check();
  return {
    name,
    async decide(context) {
      const { symbols, memory } = context;
      const last = symbols.findIndex((symbol) => symbol === memory["last"]);
      const symbol = symbols[(last + 1) % symbols.length];
      if (symbol === undefined) return { kind: "hold", reason: "There is no pair to buy." };
      return buy(context, symbol, amount, `It is time to buy ${symbol} for ${amount.toFixed()} USDT.`, {
        memory: { last: symbol },
      });
    },
  };
}
