import { getOrderbook } from "../../client/operations/market.ts";
import type { BookLevel } from "../../endpoints/market/getOrderbook.ts";
import { defineCommand, type Command } from "../command.ts";
import { expectCount, parseChoice } from "../parse.ts";
import { dimLine } from "../terminal/lines.ts";
import { formatPrice, formatQuantity } from "../terminal/numbers.ts";
import type { Style } from "../terminal/paint.ts";
import { bar } from "../terminal/sparkline.ts";
import { table, type Cell } from "../terminal/table.ts";

const BAR = 20;

export const book: Command = defineCommand({
  usage: ["book SYMBOL [--depth 5|10|20]"],
  about: "Prints the order book: asks above, bids below, the best prices in the middle.",
  options: {
    depth: { type: "string", value: "N", choices: ["5", "10", "20"], about: "levels of each side (default: 10)" },
  },
  completes: "symbols",
  async run(context, { values, positionals }) {
    expectCount(positionals, 1, 1, "A symbol, such as BTCUSDT,");
    const [symbol = ""] = positionals;
    const depth = { "5": 5, "10": 10, "20": 20 } as const;
    const chosen = parseChoice("depth", values.depth, ["5", "10", "20"] as const) ?? "10";
    const client = await context.client();
    const found = await client.send(getOrderbook, symbol, { depth: depth[chosen] });
    await context.result(found, (layout) => {
      const largest = Math.max(...[...found.asks, ...found.bids].map(({ quantity }) => quantity.toNumber()));
      const rows = (side: string, levels: readonly BookLevel[], style: Style): (readonly Cell[])[] =>
        levels.map(({ price, quantity }) => [
          [side, style],
          [formatPrice(price), style],
          formatQuantity(quantity),
          [largest > 0 ? bar(quantity.toNumber() / largest, BAR) : "", style],
        ]);
      const [ask, bid] = [found.asks[0]?.price, found.bids[0]?.price];
      const spread =
        ask === undefined || bid === undefined
          ? "No spread: one side is empty."
          : `Spread ${formatPrice(ask.minus(bid))} USDT, ${ask.minus(bid).div(ask).times(100).toFixed(4)}%`;
      return [
        ...table(
          [
            { title: "SIDE" },
            { title: "PRICE, USDT", align: "point" },
            { title: "QUANTITY", align: "point" },
            { title: "DEPTH", drop: 1, min: BAR },
          ],
          [...rows("ask", found.asks.toReversed(), "red"), ...rows("bid", found.bids, "green")],
          layout,
        ),
        dimLine(spread, layout),
      ];
    });
  },
});
