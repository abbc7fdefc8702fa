import { effect, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { BookLevel } from "agentexchange";
import { source } from "../feed.ts";
import type { CandleChart } from "../parts/candleChart.ts";
import { Change, changeDirection } from "../parts/change.tsx";
import { compact, dateTime, percent, price, quantity, timeOfDay } from "../parts/format.ts";
import { PairField } from "../parts/pairField.tsx";
import { DataTable, Table } from "../parts/table.tsx";
import { routeHash, route } from "../route.ts";
import { link } from "../state/connection.ts";
import * as market from "../state/market.ts";
import { lastPrice } from "../state/ticket.ts";

/** One pair: candles, order book and recent trades. */
export function Market(): JSX.Element {
  useEffect(() => market.followMarket(), []);
  return (
    <>
      <div class="title">
        <h1>{route.value.symbol}</h1>
        <LastPrice />
        <p>
          Source: {link.value?.name ?? "none yet"}, {source.value}.{" "}
          <a href={routeHash("trade", route.value.symbol)}>Trade this pair</a>
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
  const direction = last === null || before.current === null ? "flat" : changeDirection(last.minus(before.current));
  useEffect(() => {
    before.current = last;
  }, [last]);
  const stats = market.ticker.value;
  return (
    <p class="last">
      {last === null ? (
        "…"
      ) : (
        <strong key={last.toFixed()} class={`flash ${direction}`}>
          {price(last)}
        </strong>
      )}{" "}
      {stats !== null && (
        <>
          <Change value={stats.changePct} text={percent(stats.changePct)} />{" "}
          <small>
            {price(stats.low)} – {price(stats.high)} · volume {compact(stats.volume)}
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
    // The chart library is as large as the rest of the page, so it loads on demand.
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
          <legend class="visually-hidden">Candle interval</legend>
          {(["1m", "5m", "1h", "1d"] as const).map((interval) => (
            <label key={interval}>
              <input
                type="radio"
                name="interval"
                checked={market.interval.value === interval}
                onChange={() => market.selectInterval(interval)}
              />
              <span>{INTERVALS[interval]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div class="chart" ref={place} role="img" aria-label={`Candles of ${route.value.symbol}. ${text}`} />
      <p class="hint">
        {failed.value ? "The chart could not be loaded; the table below contains its data. " : ""}
        {text} Hollow candles rise, filled candles fall.
      </p>
      <DataTable label="Candles as a table">
        <Table
          caption={`Candles of ${route.value.symbol}, newest first`}
          captionHidden
          rows={(market.candles.value ?? []).slice(-50).toReversed()}
          keyOf={({ time }) => time.toISOString()}
          empty="No candles yet."
          columns={[
            { name: "Time", cell: ({ time }) => dateTime(time) },
            { name: "Open", numeric: true, cell: ({ open }) => price(open) },
            { name: "High", numeric: true, cell: ({ high }) => price(high) },
            { name: "Low", numeric: true, cell: ({ low }) => price(low) },
            { name: "Close", numeric: true, cell: ({ close }) => price(close) },
            { name: "Volume", numeric: true, cell: ({ volume }) => compact(volume) },
          ]}
        />
      </DataTable>
      <p class="hint">
        Chart by <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™.
      </p>
    </section>
  );
}

function summary(): string {
  const known = market.candles.value;
  if (known === null) return "Loading…";
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return "No trades yet.";
  const change = last.close.minus(first.open).div(first.open).mul(100);
  return `${known.length} candles since ${dateTime(first.time)}: from ${price(first.open)} to ${price(last.close)}, ${percent(change)}.`;
}

interface Level extends BookLevel {
  readonly side: "ask" | "bid";
  /** Cumulative quantity up to this level as a share of the deeper side's total, 0 to 1. */
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
        captionHidden
        rows={rows}
        keyOf={({ side, price: at }) => side + at.toFixed()}
        empty={book === null ? "Loading…" : "The order book is empty."}
        columns={[
          { name: "Side", cell: ({ side }) => <span class={side === "ask" ? "down" : "up"}>{side}</span> },
          { name: "Price", numeric: true, cell: (level) => price(level.price) },
          {
            name: "Quantity",
            numeric: true,
            cell: (level) => (
              <span class={`depth ${level.side}`} style={{ "--depth": `${level.depth * 100}%` }}>
                {quantity(level.quantity)}
              </span>
            ),
          },
        ]}
      />
      {ask !== undefined && bid !== undefined && (
        <p class="hint">Spread {price(ask.minus(bid))}. Bars show cumulative quantity.</p>
      )}
    </section>
  );
}

const tradeKeys = new WeakMap<market.DisplayedTrade, string>();
let tradesSeen = 0;

/** Streamed trades have no ids, and two can be equal, so each object gets a key. */
function keyOfTrade(trade: market.DisplayedTrade): string {
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
        captionHidden
        rows={trades ?? []}
        keyOf={(trade) => keyOfTrade(trade)}
        empty={trades === null ? "Loading…" : "No trades yet."}
        columns={[
          { name: "Time", cell: ({ timestamp }) => timeOfDay(timestamp) },
          {
            name: "Price",
            numeric: true,
            cell: (trade) => (
              <span class={trade.isBuyerMaker ? "down" : "up"}>
                <span aria-hidden="true">{trade.isBuyerMaker ? "▼" : "▲"} </span>
                {price(trade.price)}
                <span class="visually-hidden">{trade.isBuyerMaker ? " sold" : " bought"}</span>
              </span>
            ),
          },
          { name: "Quantity", numeric: true, cell: (trade) => quantity(trade.quantity) },
        ]}
      />
    </section>
  );
}
