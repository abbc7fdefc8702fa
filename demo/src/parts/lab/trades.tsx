import { useSignal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { StoredBacktestTrade } from "agentexchange";
import * as state from "../../state/lab/results.ts";
import type { Fill } from "../../state/ownTrades.ts";
import type { CandleChart } from "../candleChart.ts";
import { Change } from "../change.tsx";
import { Exact } from "../exact.tsx";
import { count, dateTime, money, price, quantity, signedMoney } from "../format.ts";
import { ownTask } from "../ownTask.ts";
import { Table } from "../table.tsx";

const PAGE = 10;

interface TradesProps {
  readonly result: state.Result;
  /** Which of two results; empty if there is only one. */
  readonly name: string;
}

/** The trades of a result: on the candles of a pair, and in a table. */
export function Trades({ result, name }: TradesProps): JSX.Element {
  const { pairs } = result.results.config;
  const symbols = pairs.length > 0 ? pairs : [...new Set(result.trades.map(({ symbol }) => symbol))];
  const chosen = useSignal(symbols[0] ?? "");
  const id = `lab-trades-${result.results.sessionId}`;
  const own = useMemo(() => fillsOf(result, chosen.value), [result, chosen.value]);
  return (
    <section class="card wide" aria-labelledby={id}>
      <div class="head">
        <h2 id={id}>Trades{name === "" ? "" : `, ${name}`}</h2>
        <fieldset class="segments">
          <legend class="visually-hidden">Pair on the chart</legend>
          {symbols.map((symbol) => (
            <label key={symbol}>
              <input
                type="radio"
                name={id}
                checked={chosen.value === symbol}
                onChange={() => {
                  chosen.value = symbol;
                }}
              />
              <span>{symbol}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="lab-trades">
        {chosen.value !== "" && <Chart result={result} symbol={chosen.value} trades={own} />}
        <TradeTable trades={result.trades} />
      </div>
    </section>
  );
}

/** The trades in one pair as the chart marks them, newest first. */
function fillsOf({ trades }: state.Result, symbol: string): readonly Fill[] {
  return trades
    .filter((trade) => trade.symbol === symbol)
    .map(({ side, quantity: traded, price: at, simulatedAt }) => ({
      side,
      quantity: traded,
      price: at,
      executedAt: simulatedAt,
    }))
    .toReversed();
}

interface ChartProps {
  readonly result: state.Result;
  readonly symbol: string;
  readonly trades: readonly Fill[];
}

function Chart({ result, symbol, trades }: ChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useSignal<CandleChart | null>(null);
  const isMissing = useSignal(false);
  const loaded = state.candlesFor(result, symbol);
  useEffect(() => void state.loadChart(result, symbol), [result, symbol]);
  useEffect(() => {
    let gone = false;
    import("../candleChart.ts").then(ownTask).then(
      ({ candleChart }) => {
        if (!gone && place.current !== null) chart.value = candleChart(place.current, { onPoint() {}, onOldest() {} });
      },
      () => {
        isMissing.value = true;
      },
    );
    return () => {
      gone = true;
      chart.peek()?.remove();
      chart.value = null;
    };
  }, [symbol]);
  const candles = loaded.state === "loaded" ? loaded.value : null;
  const made = chart.value;
  useEffect(() => {
    if (made === null || candles === null) return;
    made.show(candles, symbol);
    made.marks(trades);
    made.showAll();
  }, [made, candles, trades]);
  const bought = trades.filter(({ side }) => side === "buy").length;
  const text = `${count(bought)} purchases and ${count(trades.length - bought)} sales of ${symbol}.`;
  return (
    <div>
      {loaded.state === "failed" && (
        <p class="problem" role="alert">
          The candles could not be loaded: {loaded.message}{" "}
          <button type="button" class="small" onClick={() => void state.loadChart(result, symbol)}>
            Load them again
          </button>
        </p>
      )}
      <div
        key={symbol}
        class="chart"
        ref={place}
        role="img"
        aria-label={`Candles of ${symbol} with the trades. ${text}`}
        aria-busy={candles === null}
      />
      <p class="hint">
        {isMissing.value ? "The chart could not be loaded; the table below has the trades. " : ""}
        {loaded.state === "loading" ? "Loading candles… " : ""}
        {text}
      </p>
    </div>
  );
}

function TradeTable({ trades }: { readonly trades: readonly StoredBacktestTrade[] }): JSX.Element {
  const page = useSignal(0);
  const pages = Math.ceil(trades.length / PAGE);
  useSignalEffect(() => {
    if (page.value >= pages) page.value = Math.max(0, pages - 1);
  });
  const start = page.value * PAGE;
  return (
    <div>
      <Table
        caption="Trades of the backtest, oldest first, amounts in USDT"
        captionHidden
        rows={trades.slice(start, start + PAGE)}
        keyOf={({ tradeId }) => tradeId}
        empty="No trades: the conditions to buy never held. Loosen them, or choose a longer period."
        columns={[
          { name: "Time", cell: ({ simulatedAt }) => dateTime(simulatedAt) },
          { name: "Pair", cell: ({ symbol }) => symbol },
          { name: "Side", cell: ({ side }) => <span class={side === "buy" ? "up" : "down"}>{side}</span> },
          { name: "Quantity", numeric: true, cell: (trade) => quantity(trade.quantity) },
          { name: "Price", numeric: true, cell: (trade) => price(trade.price) },
          { name: "Value", numeric: true, cell: ({ quoteAmount }) => money(quoteAmount) },
          { name: "Fee", numeric: true, cell: ({ fee }) => <Exact value={fee} unit="USDT" /> },
          {
            name: "Result",
            numeric: true,
            cell: ({ side, realizedPnl }) =>
              side === "buy" ? "–" : <Change value={realizedPnl} text={signedMoney(realizedPnl)} />,
          },
        ]}
      />
      {trades.length > 0 && <p class="hint">Value, fee and result in USDT. The result of a sale is after fees.</p>}
      {pages > 1 && (
        <div class="pages">
          <button
            type="button"
            class="small"
            aria-disabled={page.value === 0}
            onClick={() => (page.value = Math.max(0, page.value - 1))}
          >
            Earlier
          </button>
          <span role="status">
            {count(start + 1)}–{count(Math.min(trades.length, start + PAGE))} of {count(trades.length)}
            {trades.length === state.MAX_TRADES && " or more"}
          </span>
          <button
            type="button"
            class="small"
            aria-disabled={page.value >= pages - 1}
            onClick={() => (page.value = Math.min(pages - 1, page.value + 1))}
          >
            Later
          </button>
        </div>
      )}
    </div>
  );
}
