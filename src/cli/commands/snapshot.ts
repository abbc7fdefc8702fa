import { getCandles } from "../../client/operations/market.ts";
import { marketSnapshot } from "../../client/operations/marketSnapshot.ts";
import type { Client } from "../../client/createClient.ts";
import { defineCommand, type Command } from "../command.ts";
import { dimLine, problemLines } from "../terminal/lines.ts";
import { changeCell, formatDuration, formatPrice, formatVolume } from "../terminal/numbers.ts";
import { sparkline } from "../terminal/sparkline.ts";
import { table, type Cell } from "../terminal/table.ts";

const DEFAULT = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];
const HOURS = 24;

export const snapshot: Command = defineCommand({
  usage: ["snapshot [SYMBOL…]"],
  about: `Prints price, change and volume of symbols, all requested at the same time, and in a terminal a line of the last
${HOURS} hours. Default: ${DEFAULT.join(" ")}. A symbol that fails is shown in its row.`,
  options: {},
  completes: "symbols",
  async run(context, { positionals }) {
    const symbols = positionals.length === 0 ? DEFAULT : positionals;
    const client = await context.client();
    const [taken, lines] = await Promise.all([
      client.send(marketSnapshot, symbols),
      context.json ? [] : Promise.all(symbols.map((symbol) => recentPrices(client, symbol))),
    ]);
    const [first] = taken.entries;
    if (first?.error && taken.entries.every(({ error }) => error !== null)) throw first.error;
    await context.result(taken, (layout) => {
      const calls = taken.entries.length * 2;
      const sum = taken.entries.reduce((total, { took }) => total + took.price + took.ticker, 0);
      const rows = taken.entries.map((entry, index): readonly Cell[] => {
        if (entry.error !== null) return [entry.symbol, "", ["failed", "red"], "", "", "", ""];
        const { price, ticker } = entry;
        return [
          entry.symbol,
          formatPrice(price.price),
          changeCell(ticker.changePct),
          [sparkline(lines[index] ?? []), ticker.change.isNegative() ? "red" : "green"],
          formatPrice(ticker.high),
          formatPrice(ticker.low),
          formatVolume(ticker.volume),
        ];
      });
      const columns = [
        { title: "SYMBOL", min: 10 },
        { title: "PRICE, USDT", align: "point" },
        { title: "CHANGE", align: "right" },
        { title: `LAST ${HOURS} H`, drop: 2, min: HOURS },
        { title: "HIGH", align: "point", drop: 3 },
        { title: "LOW", align: "point", drop: 3 },
        { title: "VOLUME", align: "right", drop: 1 },
      ] as const;
      const failures = taken.entries.flatMap(({ symbol, error }) =>
        error === null ? [] : [`${symbol}: ${error.message}`],
      );
      const speed = `${calls} calls in ${formatDuration(taken.took)} (one after another: ${formatDuration(sum)})`;
      return [...table(columns, rows, layout), ...problemLines(failures, layout), dimLine(speed, layout)];
    });
  },
});

/** Closing prices of the last hours; empty if they cannot be read, since they are only decoration. */
async function recentPrices(client: Client, symbol: string): Promise<readonly number[]> {
  try {
    const candles = await client.send(getCandles, symbol, { interval: "1h", limit: HOURS });
    return candles.map(({ close }) => close.toNumber());
  } catch {
    return [];
  }
}
