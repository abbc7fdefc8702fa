import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  TickMarkType,
  type UTCTimestamp,
} from "lightweight-charts";
import { Decimal } from "agentexchange";
import type { ChartCandle } from "../state/market.ts";
import { dateTime, price, shortDay, shortTime } from "./format.ts";

/** A chart of candles and their volume. */
export interface CandleChart {
  show(candles: readonly ChartCandle[]): void;
  remove(): void;
}

interface Series {
  readonly prices: ISeriesApi<"Candlestick">;
  readonly volume: ISeriesApi<"Histogram">;
}

/** Draws into `element` in the page's colours and follows colour scheme changes. */
export function candleChart(element: HTMLElement): CandleChart {
  const chart = createChart(element, {
    autoSize: true,
    localization: {
      timeFormatter: (time: UTCTimestamp) => dateTime(dateOf(time)),
      priceFormatter: (value: number) => price(new Decimal(value.toPrecision(8))),
    },
    timeScale: {
      timeVisible: true,
      borderVisible: false,
      tickMarkFormatter: (time: UTCTimestamp, kind: TickMarkType) =>
        kind >= TickMarkType.Time ? shortTime(dateOf(time)) : shortDay(dateOf(time)),
    },
    rightPriceScale: { borderVisible: false },
    layout: { attributionLogo: false },
  });
  const series: Series = {
    prices: chart.addSeries(CandlestickSeries, { borderVisible: true, lastValueVisible: false }),
    volume: chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      lastValueVisible: false,
      priceLineVisible: false,
    }),
  };
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  const schemes = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  const repaint = (): void => paint(chart, series, element);
  for (const scheme of schemes) scheme.addEventListener("change", repaint);
  repaint();
  let first: number | undefined;

  return {
    show(candles) {
      const start = candles[0]?.time.getTime();
      series.prices.setData(
        candles.map(({ time, open, high, low, close }) => ({
          time: secondsOf(time),
          open: open.toNumber(),
          high: high.toNumber(),
          low: low.toNumber(),
          close: close.toNumber(),
        })),
      );
      series.volume.setData(candles.map(({ time, volume }) => ({ time: secondsOf(time), value: volume.toNumber() })));
      const last = candles.at(-1)?.close;
      if (last === undefined) return;
      const precision = Math.min(8, Math.max(2, last.decimalPlaces()));
      series.prices.applyOptions({ priceFormat: { type: "price", precision, minMove: 10 ** -precision } });
      // Keep the visible range while the market stays the same.
      if (first === undefined || start === undefined || Math.abs(start - first) > 86_400_000)
        chart.timeScale().fitContent();
      first = start;
    },
    remove() {
      for (const scheme of schemes) scheme.removeEventListener("change", repaint);
      chart.remove();
    },
  };
}

function paint(chart: IChartApi, { prices, volume }: Series, element: HTMLElement): void {
  const [text, line, up, down, card, bars] = ["text", "line", "up", "down", "card", "queued"].map((name) =>
    colorOf(element, name),
  ) as [string, string, string, string, string, string];
  chart.applyOptions({
    layout: { background: { color: card }, textColor: text },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
  });
  // Rising candles are hollow, falling ones filled, so colour is not the only cue.
  prices.applyOptions({
    upColor: card,
    downColor: down,
    borderUpColor: up,
    borderDownColor: down,
    wickUpColor: up,
    wickDownColor: down,
    priceLineColor: text,
  });
  volume.applyOptions({ color: bars });
}

/** A custom property's value in the current colour scheme. */
function colorOf(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  // In forced-colors mode every probe would resolve to the same colour.
  probe.style.setProperty("forced-color-adjust", "none");
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

const secondsOf = (time: Date): UTCTimestamp => Math.floor(time.getTime() / 1000) as UTCTimestamp;
const dateOf = (time: UTCTimestamp): Date => new Date(time * 1000);
