import { effect, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { BookLevel } from "agentexchange";
import { source } from "../feed.ts";
import type { CandleChart } from "../parts/candleChart.ts";
import { Change, directionOf } from "../parts/change.tsx";
import { compact, moment, percent, price, quantity, timeOfDay } from "../parts/format.ts";
import { PairField } from "../parts/pairField.tsx";
import { Figures, Table } from "../parts/table.tsx";
import { hashOf, route } from "../route.ts";
import { link } from "../state/connection.ts";
import * as market from "../state/market.ts";
import { lastPrice } from "../state/ticket.ts";

/** One pair: its candles, its book and what was traded just now. */
export function Market(): JSX.Element {
  useEffect(() => market.followMarket(), []);
  return (
    <>
      <div class="title">
        <h1>{route.value.symbol}</h1>
        <LastPrice />
        <p>
          From {link.value?.name ?? "nowhere yet"}, {source.value}.{" "}
          <a href={hashOf("trade", route.value.symbol)}>Trade it</a>
        </p>
      </div>
      <div class="market">
        <Candles />
        <Book />
        <PublicTrades />
      </div>
    </>
  );
}

function LastPrice(): JSX.Element {
  const last = lastPrice.value;
  const before = useRef(last);
  const direction = last === null || before.current === null ? "flat" : directionOf(last.minus(before.current));
  useEffect(() => {
    before.current = last;
  }, [last]);
  const figures = market.ticker.value;
  return (
    <p class="last">
      {last === null ? (
        "…"
      ) : (
        <strong key={last.toFixed()} class={`flash ${direction}`}>
          {price(last)}
        </strong>
      )}{" "}
      {figures !== null && (
        <>
          <Change value={figures.changePct} text={percent(figures.changePct)} />{" "}
          <small>
            {price(figures.low)} – {price(figures.high)} · volume {compact(figures.volume)}
          </small>
        </>
      )}
    </p>
  );
}

const INTERVALS = { "1m": "1 min", "5m": "5 min", "1h": "1 h", "1d": "1 d" } as const;

function Candles(): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const failed = useSignal(false);
  useEffect(() => {
    let chart: CandleChart | undefined;
    let gone = false;
    let stop = (): void => {};
    // The library is as large as the rest of the page: it comes when it is needed.
    import("../parts/candleChart.ts").then(
      ({ candleChart }) => {
        if (gone || place.current === null) return;
        const made = candleChart(place.current);
        chart = made;
        stop = effect(() => made.show(market.candles.value ?? []));
      },
      () => {
        failed.value = true;
      },
    );
    return () => {
      gone = true;
      stop();
      chart?.remove();
    };
  }, []);
  const text = summary();
  return (
    <section class="card candles" aria-labelledby="candles">
      <div class="head">
        <h2 id="candles">Candles and volume</h2>
        <PairField view="market" />
        <fieldset class="segments">
          <legend class="unseen">Length of a candle</legend>
          {(["1m", "5m", "1h", "1d"] as const).map((interval) => (
            <label key={interval}>
              <input
                type="radio"
                name="interval"
                checked={market.interval.value === interval}
                onChange={() => market.setInterval(interval)}
              />
              <span>{INTERVALS[interval]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="chart" ref={place} role="img" aria-label={`Candles of ${route.value.symbol}. ${text}`} />
      <p class="hint">
        {failed.value ? "The chart could not be loaded; the table below has its figures. " : ""}
        {text} Hollow candles rise, full ones fall.
      </p>
      <Figures label="The candles as a table">
        <Table
          caption={`Candles of ${route.value.symbol}, newest first`}
          quiet
          rows={(market.candles.value ?? []).slice(-50).toReversed()}
          keyOf={({ time }) => time.toISOString()}
          empty="No candle yet."
          columns={[
            { name: "Time", cell: ({ time }) => moment(time) },
            { name: "Open", figures: true, cell: ({ open }) => price(open) },
            { name: "High", figures: true, cell: ({ high }) => price(high) },
            { name: "Low", figures: true, cell: ({ low }) => price(low) },
            { name: "Close", figures: true, cell: ({ close }) => price(close) },
            { name: "Volume", figures: true, cell: ({ volume }) => compact(volume) },
          ]}
        />
      </Figures>
      <p class="hint">
        Chart by <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™.
      </p>
    </section>
  );
}

function summary(): string {
  const known = market.candles.value;
  if (known === null) return "Asking…";
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "Nothing was traded yet.";
  const change = last.close.minus(first.open).div(first.open).mul(100);
  return `${known.length} candles since ${moment(first.time)}: from ${price(first.open)} to ${price(last.close)}, ${percent(change)}.`;
}

interface Level extends BookLevel {
  readonly side: "ask" | "bid";
  /** Of all levels, how much of the deepest one is offered up to here, 0 to 1. */
  readonly depth: number;
}

function levelsOf(levels: readonly BookLevel[], side: Level["side"], most: number): Level[] {
  let total = 0;
  return levels.map(({ price: at, quantity: offered }) => {
    total += offered.toNumber();
    return { side, price: at, quantity: offered, depth: total / most };
  });
}

const totalOf = (levels: readonly BookLevel[]): number =>
  levels.reduce((sum, { quantity: offered }) => sum + offered.toNumber(), 0);

function Book(): JSX.Element {
  const book = market.book.value;
  const most = book === null ? 1 : Math.max(totalOf(book.asks), totalOf(book.bids)) || 1;
  const rows =
    book === null ? [] : [...levelsOf(book.asks, "ask", most).toReversed(), ...levelsOf(book.bids, "bid", most)];
  const [ask, bid] = [book?.asks[0]?.price, book?.bids[0]?.price];
  return (
    <section class="card book" aria-labelledby="book">
      <h2 id="book">Order book</h2>
      <Table
        caption="Order book: asks, best last, then bids, best first"
        quiet
        rows={rows}
        keyOf={({ side, price: at }) => side + at.toFixed()}
        empty={book === null ? "Asking…" : "The book is empty."}
        columns={[
          { name: "Side", cell: ({ side }) => <span class={side === "ask" ? "down" : "up"}>{side}</span> },
          { name: "Price", figures: true, cell: (level) => price(level.price) },
          {
            name: "Quantity",
            figures: true,
            cell: (level) => (
              <span class={`depth ${level.side}`} style={{ "--depth": `${level.depth * 100}%` }}>
                {quantity(level.quantity)}
              </span>
            ),
          },
        ]}
      />
      {ask !== undefined && bid !== undefined && (
        <p class="hint">Spread {price(ask.minus(bid))}. Bars show how much is offered up to each price.</p>
      )}
    </section>
  );
}

const tradeKeys = new WeakMap<market.ShownTrade, string>();
let tradesSeen = 0;

/** Streamed trades have no ids, and two can be alike. */
function keyOfTrade(trade: market.ShownTrade): string {
  const key = tradeKeys.get(trade) ?? String(tradesSeen++);
  tradeKeys.set(trade, key);
  return key;
}

function PublicTrades(): JSX.Element {
  const trades = market.trades.value;
  return (
    <section class="card" aria-labelledby="public-trades">
      <h2 id="public-trades">Recent trades</h2>
      <Table
        caption="Recent trades, newest first"
        quiet
        rows={trades ?? []}
        keyOf={(trade) => keyOfTrade(trade)}
        empty={trades === null ? "Asking…" : "Nothing was traded yet."}
        columns={[
          { name: "Time", cell: ({ timestamp }) => timeOfDay(timestamp) },
          {
            name: "Price",
            figures: true,
            cell: (trade) => (
              <span class={trade.isBuyerMaker ? "down" : "up"}>
                <span aria-hidden="true">{trade.isBuyerMaker ? "▼" : "▲"} </span>
                {price(trade.price)}
                <span class="unseen">{trade.isBuyerMaker ? " sold" : " bought"}</span>
              </span>
            ),
          },
          { name: "Quantity", figures: true, cell: (trade) => quantity(trade.quantity) },
        ]}
      />
    </section>
  );
}
