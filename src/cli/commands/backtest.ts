import type { Client } from "../../client/createClient.ts";
import {
  batchStepFast,
  cancelBacktest,
  createBacktest,
  getBacktestResults,
  placeBacktestOrder,
  startBacktest,
} from "../../client/operations/backtest.ts";
import { getPairs, getPrice } from "../../client/operations/market.ts";
import type { BacktestResults, Pair } from "../../endpoints/index.ts";
import { quantityFor } from "../../endpoints/quantity.ts";
import { Decimal } from "../../wire/decimal.ts";
import { CANDLE_INTERVALS } from "../../wire/duration.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Context, Layout } from "../context.ts";
import { parseChoice } from "../parse.ts";
import { PERIOD_OPTIONS, readPeriod } from "../period.ts";
import { dimLine } from "../terminal/lines.ts";
import { changeCell, formatMoney, formatTime } from "../terminal/numbers.ts";
import { sparkline } from "../terminal/sparkline.ts";
import { pairsTable, table, type Cell } from "../terminal/table.ts";
import { UsageError } from "../usageError.ts";

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** Steps of one request: enough requests to show progress, and few enough not to wait for them. */
const CHUNKS = 50;
const EQUITY_WIDTH = 60;

export const backtest: Command = defineCommand({
  usage: [
    "backtest SYMBOL… [--usdt AMOUNT] [--days N | --from TIME] [--to TIME] [--interval 1h] [--balance USDT]",
    "backtest SESSION_ID",
  ],
  about: `Buys each symbol for --usdt at the start of the period, holds it, and prints the result: a baseline for your own
strategy. With the ID of a session it prints the results of that one.`,
  options: {
    usdt: { type: "string", value: "AMOUNT", about: "what to buy of each symbol (default: a tenth of the balance)" },
    ...PERIOD_OPTIONS,
    interval: {
      type: "string",
      default: "1h",
      value: "LENGTH",
      choices: CANDLE_INTERVALS,
      about: "length of a step (default: 1h)",
    },
    balance: { type: "string", default: "10000", value: "USDT", about: "starting balance (default: 10000)" },
  },
  completes: "symbols",
  async run(context, { values, positionals }) {
    const [first] = positionals;
    if (first === undefined) throw new UsageError("backtest needs symbols, or the ID of a session. Try --help.");
    if (UUID.test(first)) {
      if (positionals.length > 1) throw new UsageError("backtest prints one session. Try --help.");
      const client = await context.traderClient();
      const found = await client.send(getBacktestResults, first);
      return context.result(found, (layout) => resultLines(found, [], layout));
    }
    const interval = parseChoice("interval", values.interval, CANDLE_INTERVALS);
    const client = await context.traderClient({ onlyLooks: true });
    const [{ timestamp }, pairs] = await Promise.all([client.send(getPrice, first), client.send(getPairs)]);
    const { start, end } = readPeriod(values, timestamp);
    const symbols = positionals.map((symbol) => symbol.toUpperCase());
    const { sessionId, totalSteps } = await client.send(createBacktest, {
      startTime: start,
      endTime: end,
      startingBalance: values.balance,
      candleInterval: interval,
      pairs: symbols,
      strategyLabel: "buy and hold",
    });
    const usdt = values.usdt ?? new Decimal(values.balance).div(10).toFixed();
    const session = { sessionId, totalSteps, symbols, usdt, pairs };
    const equity = await runSession(context, client, session);
    const found = await client.send(getBacktestResults, sessionId);
    return context.result({ ...found, equity }, (layout) => resultLines(found, equity, layout));
  },
});

interface Session {
  readonly sessionId: string;
  readonly totalSteps: number;
  readonly symbols: readonly string[];
  readonly usdt: string;
  readonly pairs: readonly Pair[];
}

/** Buys at the first step and steps to the end; resolves to the equity on the way. A Ctrl-C cancels the session. */
async function runSession(context: Context, client: Client, session: Session): Promise<readonly number[]> {
  const { sessionId, totalSteps } = session;
  context.endItself({ code: 130, message: "" });
  await client.send(startBacktest, sessionId);
  const first = await client.send(batchStepFast, sessionId, { steps: 1 });
  const equity = [first.portfolio.totalEquity.toNumber()];
  for (const symbol of session.symbols) {
    const price = first.prices[symbol];
    const pair = session.pairs.find((entry) => entry.symbol === symbol);
    const quantity = price === undefined ? undefined : quantityFor(session.usdt, price, pair);
    if (quantity === undefined || quantity.isZero()) {
      context.notice(
        price === undefined
          ? `${symbol} has no price at the start.`
          : `${session.usdt} USDT are too little for ${symbol}.`,
      );
      continue;
    }
    const placed = await client.send(placeBacktestOrder, sessionId, { symbol, side: "buy", type: "market", quantity });
    if (placed.status === "rejected") context.notice(`The order for ${symbol} was rejected.`);
  }
  const chunk = Math.max(1, Math.min(100_000, Math.ceil(totalSteps / CHUNKS)));
  for (let step = first.step, isComplete = first.isComplete; !isComplete;) {
    if (context.signal.aborted) {
      await client.send(cancelBacktest, sessionId);
      throw context.signal.reason;
    }
    const next = await client.send(batchStepFast, sessionId, { steps: chunk });
    ({ step, isComplete } = next);
    equity.push(next.portfolio.totalEquity.toNumber());
    context.progress({ label: "backtest", done: step, total: totalSteps, unit: "steps" });
  }
  return equity;
}

function resultLines(results: BacktestResults, equity: readonly number[], layout: Layout): string[] {
  const { config, summary, metrics, byPair } = results;
  const figure = (value: { toFixed(digits: number): string } | null | undefined, unit = ""): string =>
    value === null || value === undefined ? "–" : `${value.toFixed(2)}${unit}`;
  const rows: (readonly [string, Cell])[] = [
    ["Session", results.sessionId],
    ["Status", results.status],
    ["Period", `${formatTime(config.startTime)} to ${formatTime(config.endTime)} UTC`],
    ["Equity", [`${formatMoney(summary.finalEquity)} USDT`, "bold"]],
    ["Return", changeCell(summary.roiPct)],
    ["Profit", changeCell(summary.totalPnl, "")],
    ["Trades", `${summary.totalTrades}, fees ${formatMoney(summary.totalFees)} USDT`],
    ["Drawdown", figure(metrics?.maxDrawdownPct, "%")],
    ["Sharpe", figure(metrics?.sharpeRatio)],
  ];
  if (equity.length > 1) rows.splice(4, 0, ["", [sparkline(equity, EQUITY_WIDTH), "cyan"]]);
  const summaryLines = pairsTable(rows, layout);
  if (byPair.length === 0) return [...summaryLines, dimLine("No completed trades.", layout)];
  return [
    ...summaryLines,
    "",
    ...table(
      [
        { title: "SYMBOL", min: 8 },
        { title: "TRADES", align: "right" },
        { title: "PROFIT", align: "right" },
        { title: "VOLUME", align: "point", drop: 1 },
      ],
      byPair.map((pair): readonly Cell[] => [
        pair.symbol,
        String(pair.trades),
        changeCell(pair.netPnl, ""),
        formatMoney(pair.totalVolume),
      ]),
      layout,
    ),
  ];
}
