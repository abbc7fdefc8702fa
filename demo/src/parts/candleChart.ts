// Candles with volume, averages, own trades and open orders, drawn by the chart library.
import {
  CandlestickSeries,
  type CandlestickData,
  createChart,
  HistogramSeries,
  type HistogramData,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  LineStyle,
  type LogicalRange,
  type MouseEventParams,
  PriceScaleMode,
} from "lightweight-charts";
import { Decimal, type Order } from "agentexchange";
import type { ChartCandle } from "../state/candles.ts";
import type { Fill } from "../state/ownTrades.ts";
import { averageAt, AVERAGES, closesOf } from "../state/indicators.ts";
import { baseColors, baseOptions, colorOf, followColors, secondsOf } from "./chartTheme.ts";
import { fillMarkers, type MarkerColors } from "./fillMarkers.ts";
import { price } from "./format.ts";
import { type LiveSeries, liveSeries } from "./liveSeries.ts";
import { MOVABLE, type Moves, orderLines } from "./orderLines.ts";
import { strengthPane, type StrengthPane } from "./strengthPane.ts";

/** What is drawn besides the candles. */
export interface Indicators {
  readonly averages: boolean;
  readonly strength: boolean;
  /** Whether equal distances are equal ratios of prices. */
  readonly log: boolean;
}

/** A chart of candles and their volume. */
export interface CandleChart {
  /** Shows candles, oldest first. The visible time stays, unless `market` is another one than before. */
  show(candles: readonly ChartCandle[], market: string): void;
  indicators(shown: Indicators): void;
  /** Marks the account's own trades. */
  marks(fills: readonly Fill[]): void;
  /** Shows open orders at their prices; with `moves`, limit orders can be dragged. */
  orders(open: readonly Order[], moves?: Moves): void;
  /** Puts the crosshair on a candle; null takes it away. */
  point(candle: ChartCandle | null): void;
  /** Shows fewer candles, or with a factor above 1 more. */
  zoom(factor: number): void;
  /** Shows all candles at once. */
  showAll(): void;
  remove(): void;
}

interface Events {
  /** The time under the pointer in milliseconds, null when it leaves. */
  readonly onPoint: (time: number | null) => void;
  /** The oldest candles have come into view. */
  readonly onOldest: () => void;
}

/** Candles left of the visible ones at which older ones are asked for. */
const NEAR_OLDEST = 20;
/** Pixels from candle to candle at first. */
const SPACING = 7;
/** The library's numbers of a candle; each candle is converted once. */
const converted = new WeakMap<ChartCandle, CandlestickData>();

function toData(candle: ChartCandle): CandlestickData {
  const known = converted.get(candle);
  if (known !== undefined) return known;
  const { time, open, high, low, close } = candle;
  const data: CandlestickData = {
    time: secondsOf(time.getTime()),
    open: open.toNumber(),
    high: high.toNumber(),
    low: low.toNumber(),
    close: close.toNumber(),
  };
  converted.set(candle, data);
  return data;
}

/** Draws into `element` in the page's colours. */
export function candleChart(element: HTMLElement, { onPoint, onOldest }: Events): CandleChart {
  // Each series has its own format: an index is no price.
  const base = baseOptions();
  const chart = createChart(element, {
    ...base,
    timeScale: { ...base.timeScale, barSpacing: SPACING, rightOffset: 4 },
    ...MOVABLE,
  });
  const prices = chart.addSeries(CandlestickSeries, { borderVisible: true, lastValueVisible: true });
  prices.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.24 } });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  const liveCandles = liveSeries(prices, (items: readonly ChartCandle[], at) => toData(itemAt(items, at)));
  const liveVolume = liveSeries(volume, (items: readonly ChartCandle[], at): HistogramData => {
    const { time, volume: traded } = itemAt(items, at);
    return { time: secondsOf(time.getTime()), value: traded.toNumber() };
  });
  const markers = fillMarkers(chart);
  const lines = orderLines(element, chart, prices);
  let averages: Averages | undefined;
  let strength: StrengthPane | undefined;
  let candles: readonly ChartCandle[] = [];
  let fills: readonly Fill[] = [];
  let market: string | undefined;
  let colors: MarkerColors = { up: "", down: "" };

  const paint = (): void => {
    colors = { up: colorOf(element, "up"), down: colorOf(element, "down") };
    paintCandles(chart, prices, volume, element);
    averages?.paint();
    strength?.paint();
    lines.paint();
    markers.show(fills, candles, colors);
  };
  const stopColors = followColors(paint);
  const pointed = ({ time, sourceEvent }: MouseEventParams): void => {
    if (sourceEvent !== undefined) onPoint(time === undefined ? null : Number(time) * 1000);
  };
  chart.subscribeCrosshairMove(pointed);
  const left = (): void => onPoint(null);
  element.addEventListener("pointerleave", left);
  chart.timeScale().subscribeVisibleLogicalRangeChange((range: LogicalRange | null) => {
    // While another market is being shown, the range is still that of the one before.
    if (range !== null && market !== undefined && range.from < NEAR_OLDEST) onOldest();
  });

  return {
    show(next, nextMarket) {
      const [first, count] = [candles[0], candles.length];
      candles = next;
      if (market !== nextMarket) {
        market = undefined;
        setPrecision(prices, next.at(-1)?.close);
      }
      liveCandles.show(next);
      liveVolume.show(next);
      averages?.show(next);
      strength?.show(next);
      if (next.length !== count || next[0] !== first) markers.show(fills, next, colors);
      if (next.length > 0 && market !== nextMarket) {
        market = nextMarket;
        if (next.length * SPACING < element.clientWidth) chart.timeScale().fitContent();
        else chart.timeScale().resetTimeScale();
      }
    },
    indicators(shown) {
      if (shown.averages && averages === undefined) averages = addAverages(chart, element);
      else if (!shown.averages) averages = averages?.remove();
      if (shown.strength && strength === undefined) strength = strengthPane(chart, element);
      else if (!shown.strength) strength = strength?.remove();
      averages?.show(candles);
      strength?.show(candles);
      prices.priceScale().applyOptions({ mode: shown.log ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal });
    },
    marks(next) {
      fills = next;
      markers.show(fills, candles, colors);
    },
    orders: (open, moves) => lines.show(open, moves),
    point(candle) {
      if (candle === null) {
        chart.clearCrosshairPosition();
        return;
      }
      const { time, close } = toData(candle);
      scrollTo(chart, candles.indexOf(candle));
      chart.setCrosshairPosition(close, time, prices);
    },
    zoom(factor) {
      const scale = chart.timeScale();
      const range = scale.getVisibleLogicalRange();
      if (range !== null)
        scale.setVisibleLogicalRange({ from: range.to - (range.to - range.from) * factor, to: range.to });
    },
    showAll: () => chart.timeScale().fitContent(),
    remove() {
      stopColors();
      lines.remove();
      element.removeEventListener("pointerleave", left);
      chart.remove();
    },
  };
}

const priceOf = (value: number): string => price(new Decimal(value.toPrecision(8)));

function itemAt(items: readonly ChartCandle[], index: number): ChartCandle {
  const item = items[index];
  if (item === undefined) throw new RangeError(`There is no candle ${index}.`);
  return item;
}

/** Shifts the visible candles just so far that this one is among them. */
function scrollTo(chart: IChartApi, index: number): void {
  const range = chart.timeScale().getVisibleLogicalRange();
  if (range === null) return;
  const shift = index < range.from ? index - range.from : index > range.to ? index - range.to : 0;
  if (shift !== 0) chart.timeScale().setVisibleLogicalRange({ from: range.from + shift, to: range.to + shift });
}

function setPrecision(prices: ISeriesApi<"Candlestick">, last: Decimal | undefined): void {
  if (last === undefined) return;
  const minMove = 10 ** -Math.min(8, Math.max(2, last.decimalPlaces()));
  prices.applyOptions({ priceFormat: { type: "custom", formatter: priceOf, minMove } });
}

interface Averages extends LiveSeries<ChartCandle> {
  paint(): void;
  remove(): undefined;
}

function addAverages(chart: IChartApi, element: HTMLElement): Averages {
  const lines = AVERAGES.map(({ period, tone }, order) => {
    const series = chart.addSeries(LineSeries, {
      lineWidth: 1,
      // The shorter one is solid, the longer one dashed.
      lineStyle: order === 0 ? LineStyle.Solid : LineStyle.Dashed,
      lastValueVisible: false,
      priceLineVisible: false,
      crosshairMarkerVisible: false,
    });
    const live = liveSeries(series, (items: readonly ChartCandle[], at) => {
      const value = averageAt(closesOf(items), at, period);
      const time = secondsOf(itemAt(items, at).time.getTime());
      return value === null ? { time } : { time, value };
    });
    return { series, live, paint: () => series.applyOptions({ color: colorOf(element, `series-${tone}`) }) };
  });
  const paint = (): void => {
    for (const line of lines) line.paint();
  };
  paint();
  return {
    paint,
    show(candles) {
      for (const { live } of lines) live.show(candles);
    },
    remove() {
      for (const { series } of lines) chart.removeSeries(series);
    },
  };
}

function paintCandles(
  chart: IChartApi,
  prices: ISeriesApi<"Candlestick">,
  volume: ISeriesApi<"Histogram">,
  element: HTMLElement,
): void {
  const [text, up, down, card, bars] = ["text", "up", "down", "card", "control"].map((name) =>
    colorOf(element, name),
  ) as [string, string, string, string, string];
  chart.applyOptions(baseColors(element));
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
