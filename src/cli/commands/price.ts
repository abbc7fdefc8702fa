import { getAllPrices, getPrice } from "../../client/operations/market.ts";
import { defineCommand, type Command } from "../command.ts";
import { formatPrice, formatTime } from "../terminal/numbers.ts";
import { table } from "../terminal/table.ts";
import { UsageError } from "../usageError.ts";

export const price: Command = defineCommand({
  usage: ["price SYMBOL…", "price --all"],
  about: "Prints the last traded price of each symbol, in USDT.",
  options: { all: { type: "boolean", about: "all pairs" } },
  completes: "symbols",
  async run(context, { values, positionals }) {
    if (values.all === positionals.length > 0)
      throw new UsageError("price needs symbols, such as BTCUSDT, or --all. Try --help.");
    const client = await context.client();
    const prices = values.all
      ? await client.send(getAllPrices)
      : await Promise.all(positionals.map((symbol) => client.send(getPrice, symbol)));
    await context.result(prices, (layout) =>
      table(
        [{ title: "SYMBOL" }, { title: "PRICE, USDT", align: "point" }, { title: "TIME, UTC", drop: 1, min: 19 }],
        prices.map((entry) => [
          entry.symbol,
          formatPrice(entry.price),
          "timestamp" in entry ? formatTime(entry.timestamp) : "",
        ]),
        layout,
      ),
    );
  },
});
