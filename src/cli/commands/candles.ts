import { getCandles } from "../../client/operations/market.ts";
import { CANDLE_INTERVALS } from "../../wire/duration.ts";
import { defineCommand, type Command } from "../command.ts";
import { expectCount, parseChoice, parseCount } from "../parse.ts";
import { candleChart } from "../terminal/candleChart.ts";
import { dimLine, line } from "../terminal/lines.ts";
import { changeCell, formatPrice, formatTime, formatVolume, groupThousands } from "../terminal/numbers.ts";
import { table, type Cell } from "../terminal/table.ts";

const DEFAULT_LIMIT = 100;
const OTHER_LINES = 8;

export const candles: Command = defineCommand({
  usage: ["candles SYMBOL [--interval 1h] [--limit N] [--chart | --table]"],
  about: "Prints candles, oldest first: in a terminal as a chart, otherwise as a table.",
  options: {
    interval: {
      type: "string",
      default: "1h",
      value: "LENGTH",
      choices: CANDLE_INTERVALS,
      about: "length of a candle (default: 1h)",
    },
    limit: { type: "string", value: "N", about: `number of candles, 1 to 1000 (default: ${DEFAULT_LIMIT})` },
    chart: { type: "boolean", about: "draw a chart, even into a pipe" },
    table: { type: "boolean", about: "print a table, even in a terminal" },
  },
  completes: "symbols",
  async run(context, { values, positionals }) {
    expectCount(positionals, 1, 1, "A symbol, such as BTCUSDT,");
    const [symbol = ""] = positionals;
    const interval = parseChoice("interval", values.interval, CANDLE_INTERVALS) ?? "1h";
    const limit = parseCount("limit", values.limit, { min: 1, max: 1000 }) ?? DEFAULT_LIMIT;
    const client = await context.client();
    const found = await client.send(getCandles, symbol, { interval, limit });
    const asChart = values.chart || (!values.table && context.io.stdout.isTerminal);
    await context.result({ symbol: symbol.toUpperCase(), interval, candles: found }, (layout) => {
      if (!asChart)
        return table(
          [
            { title: "TIME, UTC", min: 19 },
            { title: "OPEN", align: "point", drop: 2 },
            { title: "HIGH", align: "point", drop: 1 },
            { title: "LOW", align: "point", drop: 1 },
            { title: "CLOSE", align: "point" },
            { title: "VOLUME", align: "right", drop: 3 },
            { title: "TRADES", align: "right", drop: 4 },
          ],
          found.map(({ time, open, high, low, close, volume, tradeCount }): readonly Cell[] => [
            formatTime(time),
            formatPrice(open),
            formatPrice(high),
            formatPrice(low),
            [formatPrice(close), close.lt(open) ? "red" : "green"],
            formatVolume(volume),
            String(tradeCount),
          ]),
          layout,
        );
      const [first, last] = [found[0], found.at(-1)];
      if (first === undefined || last === undefined) return [dimLine("No candles.", layout)];
      const decimals = Math.max(2, ...found.map(({ close }) => close.decimalPlaces()));
      const change = changeCell(last.close.minus(first.open).div(first.open).times(100));
      const [changeText, style] = typeof change === "string" ? [change, undefined] : change;
      const width = Math.min(layout.width, 120);
      const height = Math.max(6, Math.min(20, context.io.stdout.rows - OTHER_LINES));
      const head = `${layout.paint("bold", line(symbol.toUpperCase(), layout))} ${interval}  ${formatPrice(last.close)}`;
      return [
        `${head}  ${style === undefined ? changeText : layout.paint(style, changeText)}`,
        ...candleChart(
          found.map((candle) => ({
            time: candle.time.getTime(),
            open: candle.open.toNumber(),
            high: candle.high.toNumber(),
            low: candle.low.toNumber(),
            close: candle.close.toNumber(),
            volume: candle.volume.toNumber(),
          })),
          { width, height, paint: layout.paint, formatPrice: (price) => groupThousands(price.toFixed(decimals)) },
        ),
      ];
    });
  },
});
