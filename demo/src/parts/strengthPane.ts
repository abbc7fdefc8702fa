// The relative strength index in a pane of its own, below the candles.
import { type IChartApi, LineSeries, LineStyle } from "lightweight-charts";
import type { ChartCandle } from "../state/candles.ts";
import { closesOf, relativeStrengths } from "../state/indicators.ts";
import { colorOf, secondsOf } from "./chartTheme.ts";
import { factor } from "./format.ts";
import { type LiveSeries, liveSeries } from "./liveSeries.ts";

export interface StrengthPane extends LiveSeries<ChartCandle> {
  paint(): void;
  remove(): undefined;
}

/** Above and below, a market is called overbought and oversold. */
const LEVELS = [70, 30];

export function strengthPane(chart: IChartApi, element: HTMLElement): StrengthPane {
  const options = {
    priceFormat: { type: "custom", formatter: factor, minMove: 0.1 },
    priceLineVisible: false,
  } as const;
  const series = chart.addSeries(LineSeries, { ...options, lineWidth: 2, crosshairMarkerRadius: 3 }, 1);
  chart.panes()[0]?.setStretchFactor(3);
  chart.panes()[1]?.setStretchFactor(1);
  series.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.1 } });
  const levels = LEVELS.map((price) =>
    series.createPriceLine({ price, lineStyle: LineStyle.Dashed, lineWidth: 1, axisLabelVisible: false, title: "" }),
  );
  let values: readonly (number | null)[] = [];
  const live = liveSeries(series, (items: readonly ChartCandle[], at) => {
    const time = secondsOf(items[at]?.time.getTime() ?? 0);
    const value = values[at] ?? null;
    return value === null ? { time } : { time, value };
  });
  const paint = (): void => {
    series.applyOptions({ color: colorOf(element, "series-1") });
    for (const level of levels) level.applyOptions({ color: colorOf(element, "control") });
  };
  paint();
  return {
    paint,
    show(candles) {
      values = relativeStrengths(closesOf(candles));
      live.show(candles);
    },
    remove() {
      chart.removeSeries(series);
    },
  };
}
