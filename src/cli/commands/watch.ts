import type { Client } from "../../client/createClient.ts";
import { getPortfolio } from "../../client/operations/account.ts";
import { getPrice } from "../../client/operations/market.ts";
import { openStream } from "../../client/operations/openStream.ts";
import { getOpenOrders } from "../../client/operations/trading.ts";
import type { OrderUpdate } from "../../endpoints/channels/index.ts";
import type { Decimal } from "../../wire/decimal.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Context, Layout } from "../context.ts";
import { parseCount } from "../parse.ts";
import { createLive, type Live } from "../terminal/live.ts";
import { changeCell, formatMoney, formatPrice, formatQuantity, formatTime } from "../terminal/numbers.ts";
import { sideCell, statusCell } from "../terminal/orderLines.ts";
import { sparkline } from "../terminal/sparkline.ts";
import { pairsTable, table, type Cell } from "../terminal/table.ts";
import { clean } from "../terminal/text.ts";
import { UsageError } from "../usageError.ts";

const RECENT = 32;
const REDRAW_MS = 100;

/** What is watched: updates, and how people see them. */
interface Watched<Update> {
  readonly updates: AsyncIterable<Update>;
  /** One update as a line, for pipes. */
  readonly line: (update: Update, layout: Layout) => string;
  /** All that is known after an update, for terminals; undefined to print lines. */
  readonly view?: (update: Update | undefined, layout: Layout) => readonly string[];
}

export const watch: Command = defineCommand({
  usage: ["watch SYMBOL… [--count N]", "watch --orders [--count N]", "watch --portfolio [--count N]"],
  about: "Prints prices, your orders or your portfolio as they change, until Ctrl-C. A lost connection is replaced.",
  options: {
    orders: { type: "boolean", about: "your orders" },
    portfolio: { type: "boolean", about: "your portfolio" },
    count: { type: "string", value: "N", about: "end after N updates" },
  },
  completes: "symbols",
  async run(context, { values, positionals }) {
    const subjects = [values.orders, values.portfolio, positionals.length > 0].filter(Boolean);
    if (subjects.length !== 1) throw new UsageError("watch needs symbols, --orders or --portfolio. Try --help.");
    const count = parseCount("count", values.count, { min: 1, max: 999_999_999 }) ?? Number.POSITIVE_INFINITY;
    const client = await context.traderClient({ onlyLooks: positionals.length > 0 });
    const stream = client.send(openStream);
    stream.on("error", (error) => context.notice(error instanceof Error ? error.message : String(error)));
    stream.on("gap", ({ channel, from, to }) =>
      context.notice(`Nothing was received on ${channel} from ${formatTime(from)} to ${formatTime(to)} UTC.`),
    );
    // The first request finds unknown symbols, refused keys and missing servers.
    if (values.orders) {
      await client.send(getOpenOrders, { limit: 1 });
      return follow(context, stream, { updates: stream.orders(), line: orderLine }, count);
    }
    if (values.portfolio) {
      const { startingBalance } = await client.send(getPortfolio);
      return follow(context, stream, watchPortfolio(stream.portfolio(), startingBalance), count);
    }
    const prices = await watchPrices(client, positionals, stream.ticker(positionals));
    return follow(context, stream, prices, count);
  },
});

/** Prints updates until there were enough, the stream ends or somebody interrupts. */
async function follow<Update>(
  context: Context,
  stream: { close(): Promise<void> },
  { updates, line, view }: Watched<Update>,
  count: number,
): Promise<void> {
  const { signal, io } = context;
  const close = (): void => void stream.close();
  context.endItself({ code: 130, message: "" });
  signal.addEventListener("abort", close);
  if (signal.aborted) close();
  const live = view !== undefined && io.stdout.isTerminal && !context.json ? createLive(io.stdout) : undefined;
  context.quiet();
  try {
    if (live !== undefined && view !== undefined)
      return await drawAll(live, updates, (update) => view(update, context.layout), count);
    let seen = 0;
    for await (const update of updates) {
      await context.item(update, (layout) => [line(update, layout)]);
      if (++seen >= count) break;
    }
  } finally {
    signal.removeEventListener("abort", close);
    await live?.end();
    await stream.close();
  }
}

/** Draws at most ten times a second, and always the last update. */
async function drawAll<Update>(
  live: Live,
  updates: AsyncIterable<Update>,
  view: (update: Update | undefined) => readonly string[],
  count: number,
): Promise<void> {
  await live.draw(view(undefined));
  let drawnAt = Number.NEGATIVE_INFINITY;
  let seen = 0;
  for await (const update of updates) {
    const lines = view(update);
    const isLast = ++seen >= count;
    if (isLast || performance.now() - drawnAt >= REDRAW_MS) {
      await live.draw(lines);
      drawnAt = performance.now();
    }
    if (isLast) return;
  }
}

interface PriceRow {
  readonly symbol: string;
  readonly first: Decimal;
  readonly recent: number[];
  last: Decimal;
  time: Date;
}

async function watchPrices(
  client: Client,
  symbols: readonly string[],
  updates: AsyncIterable<{
    readonly symbol: string;
    readonly price: Decimal;
    readonly quantity: Decimal;
    readonly timestamp: Date;
  }>,
): Promise<
  Watched<{ readonly symbol: string; readonly price: Decimal; readonly quantity: Decimal; readonly timestamp: Date }>
> {
  const first = await Promise.all(symbols.map((symbol) => client.send(getPrice, symbol)));
  const rows = new Map(
    first.map(({ symbol, price, timestamp }): [string, PriceRow] => [
      symbol,
      { symbol, first: price, last: price, recent: [price.toNumber()], time: timestamp },
    ]),
  );
  return {
    updates,
    line: ({ symbol, price, quantity, timestamp }) =>
      `${formatTime(timestamp)}  ${clean(symbol)}  ${formatPrice(price)}  ${formatQuantity(quantity)}`,
    view(update, layout) {
      const row = update && rows.get(update.symbol);
      if (row !== undefined) {
        row.last = update?.price ?? row.last;
        row.time = update?.timestamp ?? row.time;
        row.recent.push(row.last.toNumber());
        row.recent.splice(0, row.recent.length - RECENT);
      }
      return table(
        [
          { title: "SYMBOL", min: 8 },
          { title: "PRICE, USDT", align: "point" },
          { title: "SINCE START", align: "right" },
          { title: "RECENT", min: RECENT, drop: 2 },
          { title: "TIME, UTC", min: 19, drop: 1 },
        ],
        [...rows.values()].map((entry): readonly Cell[] => [
          entry.symbol,
          formatPrice(entry.last),
          changeCell(entry.last.minus(entry.first).div(entry.first).times(100)),
          [sparkline(entry.recent), "cyan"],
          formatTime(entry.time),
        ]),
        layout,
      );
    },
  };
}

function orderLine(update: OrderUpdate, { paint }: Layout): string {
  const { orderId, status, symbol, side, type, quantity, executedPrice, price } = update;
  const at = executedPrice ?? price;
  const cells = [statusCell(status), sideCell(side), formatQuantity(quantity), symbol, type].map((cell) => {
    const [text, style] = typeof cell === "string" ? [cell, undefined] : cell;
    return style === undefined ? clean(text) : paint(style, clean(text));
  });
  return `${cells.join("  ")}${at === null ? "" : `  ${formatPrice(at)}`}  ${clean(orderId)}`;
}

interface EquityUpdate {
  readonly totalEquity: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly realizedPnl: Decimal;
  readonly timestamp: Date;
}

function watchPortfolio<Update extends EquityUpdate>(
  updates: AsyncIterable<Update>,
  startingBalance: Decimal,
): Watched<Update> {
  const recent: number[] = [];
  return {
    updates,
    line: ({ totalEquity, unrealizedPnl, timestamp }) =>
      `${formatTime(timestamp)}  ${formatMoney(totalEquity)} USDT  unrealized ${formatMoney(unrealizedPnl)}`,
    view(update, layout) {
      if (update === undefined) return [layout.paint("dim", "Waiting for the first update…")];
      recent.push(update.totalEquity.toNumber());
      recent.splice(0, recent.length - RECENT);
      const profit = update.totalEquity.minus(startingBalance);
      return pairsTable(
        [
          ["Equity", [`${formatMoney(update.totalEquity)} USDT`, "bold"]],
          ["", [sparkline(recent), "cyan"]],
          ["Return", changeCell(startingBalance.isZero() ? profit : profit.div(startingBalance).times(100))],
          ["Realized", changeCell(update.realizedPnl, "")],
          ["Unrealized", changeCell(update.unrealizedPnl, "")],
          ["Time", `${formatTime(update.timestamp)} UTC`],
        ],
        layout,
      );
    },
  };
}
