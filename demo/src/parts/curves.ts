// Curves drawn by the chart library, which loads only where a chart is shown.
import {
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type LineWidth,
  type MouseEventParams,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { baseColors, baseOptions, colorOf, followColors, secondsOf } from "./chartTheme.ts";
import type { Curve, CurveMark, Tone } from "./equityChart.tsx";
import { type LiveSeries, liveSeries } from "./liveSeries.ts";

/** A chart of curves over time. */
export interface CurveChart {
  show(curves: readonly Curve[], marks: readonly CurveMark[]): void;
  /** Puts the crosshair on a time in milliseconds; null takes it away. */
  point(time: number | null): void;
  remove(): void;
}

interface LinePoint {
  readonly time: UTCTimestamp;
  readonly value: number;
}

interface Line {
  readonly series: ISeriesApi<"Line">;
  readonly markers: ISeriesMarkersPluginApi<Time>;
  readonly live: LiveSeries<LinePoint>;
  tone: Tone;
  data: readonly LinePoint[];
}

const STYLES: Readonly<Record<Tone, readonly [LineStyle, LineWidth]>> = {
  1: [LineStyle.Solid, 2],
  2: [LineStyle.Dashed, 2],
  3: [LineStyle.LargeDashed, 2],
  4: [LineStyle.Dotted, 2],
  5: [LineStyle.SparseDotted, 3],
  6: [LineStyle.Solid, 4],
  muted: [LineStyle.Dashed, 1],
};

/**
 * Draws into `element`.
 *
 * @param onPoint receives the time under the pointer in milliseconds, null when it leaves
 */
export function curveChart(
  element: HTMLElement,
  format: (value: number) => string,
  onPoint: (time: number | null) => void,
): CurveChart {
  const base = baseOptions();
  const chart = createChart(element, {
    ...base,
    localization: { ...base.localization, priceFormatter: format },
    timeScale: {
      ...base.timeScale,
      minBarSpacing: 0.001,
      fixLeftEdge: true,
      fixRightEdge: true,
      lockVisibleTimeRangeOnResize: true,
    },
  });
  const lines = new Map<string, Line>();
  // The library fits the curves in the next frame; until then, what is visible does not tell whether they should be.
  let isFitting = false;
  const stopColors = followColors(() => {
    chart.applyOptions(baseColors(element));
    for (const line of lines.values()) paintLine(element, line);
  });
  const pointed = ({ time, sourceEvent }: MouseEventParams): void => {
    if (sourceEvent !== undefined) onPoint(time === undefined ? null : Number(time) * 1000);
  };
  chart.subscribeCrosshairMove(pointed);
  const left = (): void => onPoint(null);
  element.addEventListener("pointerleave", left);

  return {
    show(curves, marks) {
      const fits = isFitting || showsAll(chart, lines);
      const names = new Set(curves.map(({ name }) => name));
      for (const [name, { series }] of lines) {
        if (names.has(name)) continue;
        chart.removeSeries(series);
        lines.delete(name);
      }
      curves.forEach(({ name, points, tone = "muted" }, index) => {
        const line = lines.get(name) ?? addLine(chart);
        lines.set(name, line);
        const next = lineData(points);
        line.data = next;
        line.live.show(next);
        if (line.tone !== tone || !line.series.options().visible) {
          line.tone = tone;
          paintLine(element, line);
        }
        line.markers.setMarkers(index === 0 ? markersOf(marks, next, colorOf(element, "text")) : []);
      });
      if (!fits) return;
      chart.timeScale().fitContent();
      isFitting = true;
      requestAnimationFrame(() => {
        isFitting = false;
      });
    },
    point(time) {
      const [first] = lines.values();
      const data = first?.data.findLast((point) => time !== null && Number(point.time) <= time / 1000);
      if (time === null || first === undefined || data === undefined) chart.clearCrosshairPosition();
      else chart.setCrosshairPosition(data.value, secondsOf(time), first.series);
    },
    remove() {
      stopColors();
      element.removeEventListener("pointerleave", left);
      chart.remove();
    },
  };
}

function addLine(chart: IChartApi): Line {
  const series = chart.addSeries(LineSeries, { visible: false, lastValueVisible: false, priceLineVisible: false });
  const live = liveSeries(series, (items: readonly LinePoint[], at) => items[at] ?? { time: secondsOf(0) });
  return { series, markers: createSeriesMarkers(series, []), live, tone: "muted", data: [] };
}

function paintLine(element: HTMLElement, { series, tone }: Line): void {
  const [lineStyle, lineWidth] = STYLES[tone];
  const color = colorOf(element, tone === "muted" ? "quiet" : `series-${tone}`);
  series.applyOptions({ color, lineStyle, lineWidth, visible: true });
}

/** Whether the whole time is visible, which new points must not change. */
function showsAll(chart: IChartApi, lines: ReadonlyMap<string, Line>): boolean {
  const range = chart.timeScale().getVisibleLogicalRange();
  return [...lines.values()].every(({ series }) => {
    const bars = range === null ? null : series.barsInLogicalRange(range);
    return bars === null || (bars.barsBefore <= 0 && bars.barsAfter <= 0);
  });
}

/** One point a second, the last of it: the library counts in seconds. */
function lineData(points: Curve["points"]): LinePoint[] {
  const data: LinePoint[] = [];
  for (const { time, value } of points) {
    const at = secondsOf(time);
    if (data.at(-1)?.time === at) data.pop();
    data.push({ time: at, value });
  }
  return data;
}

/** Marks at the nearest point that is not later. */
function markersOf(marks: readonly CurveMark[], data: readonly LinePoint[], color: string): SeriesMarker<Time>[] {
  return marks.flatMap(({ time, text }) => {
    const at = data.findLast((point) => Number(point.time) <= secondsOf(time)) ?? data[0];
    return at === undefined ? [] : [{ time: at.time, text, color, position: "aboveBar", shape: "arrowDown" }];
  });
}
