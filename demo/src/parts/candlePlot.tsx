import { effect, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { route } from "../route.ts";
import { openOrders } from "../state/account.ts";
import { candles, interval, loadOlder } from "../state/candles.ts";
import { connectionCount } from "../state/connection.ts";
import { fills } from "../state/ownTrades.ts";
import { priceDecimals } from "../state/market.ts";
import { canMove } from "../state/moveOrder.ts";
import type { CandleChart, Indicators } from "./candleChart.ts";
import { candleFor } from "./candleLegend.tsx";
import { dateTime, price } from "./format.ts";
import { moveAfterAsking } from "./moveOrder.tsx";
import { ownTask } from "./ownTask.ts";

interface CandlePlotProps {
  /** The time under the crosshair in milliseconds; null without one. */
  readonly pointed: Signal<number | null>;
  readonly indicators: Indicators;
  /** What the chart has to say. */
  readonly note: Signal<string>;
}

const ZOOM = 1.25;

/** The drawn candles. With the keyboard, the arrow keys move the crosshair, plus and minus zoom. */
export function CandlePlot({ pointed, indicators, note }: CandlePlotProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<CandleChart>(null);
  const chosen = useRef(indicators);
  chosen.current = indicators;
  useEffect(() => {
    let stops: readonly (() => void)[] = [];
    let gone = false;
    // The chart library is as large as the rest of the page, so it loads on demand.
    import("./candleChart.ts").then(ownTask).then(
      ({ candleChart }) => {
        if (gone || place.current === null) return;
        const onPoint = (time: number | null): void => {
          pointed.value = time;
        };
        const made = candleChart(place.current, { onPoint, onOldest: () => void loadOlder() });
        chart.current = made;
        made.indicators(chosen.current);
        stops = follow(made, note);
      },
      () => {
        note.value = "The chart could not be loaded; the table contains its data.";
      },
    );
    return () => {
      gone = true;
      for (const stop of stops) stop();
      chart.current?.remove();
      chart.current = null;
    };
  }, []);
  useEffect(() => chart.current?.indicators(indicators), [indicators]);

  const known = candles.value ?? [];
  const candle = candleFor(known, pointed.value);
  const index = candle === undefined ? 0 : known.indexOf(candle);
  const point = (to: number): void => {
    const all = candles.peek() ?? [];
    const next = all[Math.min(all.length - 1, Math.max(0, to))];
    pointed.value = next?.time.getTime() ?? null;
    chart.current?.point(next ?? null);
    if (to < 0) void loadOlder();
  };
  // Several keys can come before the next frame, so each starts from what is true now, not from what is drawn.
  const moveBy = (count: number): void => {
    const all = candles.peek() ?? [];
    const from = candleFor(all, pointed.peek());
    if (from !== undefined) point(all.indexOf(from) + count);
  };
  const leave = (): void => {
    pointed.value = null;
    chart.current?.point(null);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => moveBy(-1),
    ArrowDown: () => moveBy(-1),
    ArrowRight: () => moveBy(1),
    ArrowUp: () => moveBy(1),
    PageDown: () => moveBy(-10),
    PageUp: () => moveBy(10),
    Home: () => point(0),
    End: () => point(Infinity),
    Escape: leave,
    "+": () => chart.current?.zoom(1 / ZOOM),
    "-": () => chart.current?.zoom(ZOOM),
  };
  return (
    <div
      ref={place}
      class="chart plot"
      role="slider"
      tabIndex={0}
      aria-label={`Candles of ${route.value.symbol}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, known.length - 1)}
      aria-valuenow={index}
      aria-valuetext={
        candle === undefined
          ? "No candles"
          : `${dateTime(candle.time)}, open ${price(candle.open)}, high ${price(candle.high)}, low ${price(candle.low)}, close ${price(candle.close)}`
      }
      onKeyDown={(event) => {
        const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
        if (act === undefined) return;
        event.preventDefault();
        act();
      }}
      onBlur={leave}
    />
  );
}

/** Keeps the chart showing what the page knows; returns what stops it. */
function follow(chart: CandleChart, note: Signal<string>): readonly (() => void)[] {
  return [
    effect(() => chart.show(candles.value ?? [], `${connectionCount.value} ${route.value.symbol} ${interval.value}`)),
    effect(() => chart.marks(fills.value)),
    effect(() => {
      const { symbol } = route.value;
      chart.orders(
        (openOrders.value ?? []).filter((order) => order.symbol === symbol),
        {
          decimals: priceDecimals.value,
          canMove,
          onMove: (order, to) => void moveAfterAsking(order, to),
          onDrag(order, to) {
            note.value = to === null ? "" : `${order.side} ${symbol}: ${price(order.price ?? to)} → ${price(to)}`;
          },
        },
      );
    }),
  ];
}
