import { iterateTradeHistory } from "../../client/operations/iterate.ts";
import type { Trade } from "../../endpoints/index.ts";
import { defineCommand, type Command } from "../command.ts";
import { expectCount, parseChoice, parseCount } from "../parse.ts";
import { dimLine } from "../terminal/lines.ts";
import { formatMoney, formatPrice, formatQuantity, formatTime } from "../terminal/numbers.ts";
import { sideCell } from "../terminal/orderLines.ts";
import { table, type Cell } from "../terminal/table.ts";
import { UsageError } from "../usageError.ts";

const DEFAULT_LIMIT = 20;

export const history: Command = defineCommand({
  usage: ["history [--symbol SYMBOL] [--side buy|sell] [--limit N | --all]"],
  about: "Prints your trades, newest first.",
  options: {
    symbol: { type: "string", value: "SYMBOL", about: "trades of one symbol" },
    side: { type: "string", value: "SIDE", choices: ["buy", "sell"], about: "trades of one side" },
    limit: { type: "string", value: "N", about: `number of trades (default: ${DEFAULT_LIMIT})` },
    all: { type: "boolean", about: "all trades" },
  },
  async run(context, { values, positionals }) {
    expectCount(positionals, 0, 0, "");
    if (values.all && values.limit !== undefined) throw new UsageError("Pass either --limit or --all. Try --help.");
    const limit = parseCount("limit", values.limit, { min: 1, max: 1_000_000 }) ?? DEFAULT_LIMIT;
    const side = parseChoice("side", values.side, ["buy", "sell"] as const);
    const client = await context.traderClient();
    const trades: Trade[] = [];
    const pageSize = values.all ? 500 : Math.min(500, limit);
    for await (const trade of client.send(iterateTradeHistory, { symbol: values.symbol, side, pageSize })) {
      trades.push(trade);
      context.progress({
        label: "reading trades",
        done: trades.length,
        total: values.all ? undefined : limit,
        unit: "trades",
      });
      if (!values.all && trades.length >= limit) break;
    }
    await context.result(trades, (layout) =>
      trades.length === 0
        ? [dimLine("No trades.", layout)]
        : table(
            [
              { title: "TIME, UTC", drop: 1, min: 19 },
              { title: "SYMBOL", min: 8 },
              { title: "SIDE", min: 4 },
              { title: "QUANTITY", align: "point" },
              { title: "PRICE", align: "point" },
              { title: "TOTAL", align: "point", drop: 2 },
              { title: "FEE", align: "point", drop: 3 },
              { title: "ORDER", drop: 4, min: 36 },
            ],
            trades.map((trade): readonly Cell[] => [
              formatTime(trade.executedAt),
              trade.symbol,
              sideCell(trade.side),
              formatQuantity(trade.quantity),
              formatPrice(trade.price),
              formatMoney(trade.total),
              formatMoney(trade.fee),
              trade.orderId,
            ]),
            layout,
          ),
    );
  },
});
