import { createSeriesMarkers, type IChartApi, LineSeries, type SeriesMarker, type Time } from "lightweight-charts";
import type { ChartCandle } from "../state/candles.ts";
import type { Fill } from "../state/ownTrades.ts";
import { candleAt } from "./candleAt.ts";
import { secondsOf } from "./chartTheme.ts";

type PriceMarker = SeriesMarker<Time> & { readonly price: number };

export interface MarkerColors {
  readonly up: string;
  readonly down: string;
}

/** The account's own trades on a chart of candles. */
export interface FillMarkers {
  show(fills: readonly Fill[], candles: readonly ChartCandle[], colors: MarkerColors): void;
}

/**
 * The library lays out a whole chart anew with every change of a series that has markers, and candles change with every
 * tick. So the markers belong to a series of their own, which draws nothing else and changes only when an arrow does.
 */
export function fillMarkers(chart: IChartApi): FillMarkers {
  const series = chart.addSeries(LineSeries, {
    lineVisible: false,
    lastValueVisible: false,
    priceLineVisible: false,
    crosshairMarkerVisible: false,
    autoscaleInfoProvider: () => null,
  });
  const markers = createSeriesMarkers(series, []);
  let shown = "";
  return {
    show(fills, candles, colors) {
      const next = markersOf(fills, candles, colors);
      const text = JSON.stringify(next);
      if (text === shown) return;
      shown = text;
      const points = new Map(next.map(({ time, price }) => [time, { time, value: price }]));
      series.setData([...points.values()]);
      markers.setMarkers(next);
    },
  };
}

/** Arrows at the candles of trades: up and below for what was bought, down and above for what was sold. */
function markersOf(fills: readonly Fill[], candles: readonly ChartCandle[], { up, down }: MarkerColors): PriceMarker[] {
  return fills
    .flatMap(({ side, executedAt }): PriceMarker[] => {
      const candle = candleAt(candles, executedAt.getTime());
      if (candle === undefined) return [];
      const time = secondsOf(candle.time.getTime());
      return [
        side === "buy"
          ? { time, price: candle.low.toNumber(), position: "atPriceBottom", shape: "arrowUp", color: up }
          : { time, price: candle.high.toNumber(), position: "atPriceTop", shape: "arrowDown", color: down },
      ];
    })
    .toSorted((a, b) => Number(a.time) - Number(b.time));
}
