import { plainPaint, type Paint, type Style } from "./paint.ts";
import { columnBars } from "./sparkline.ts";
import { pad, widthOf } from "./text.ts";

/** A candle as figures for drawing. */
export interface ChartCandle {
  /** Start of the interval, in Unix milliseconds. */
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** How a chart is drawn. */
export interface ChartOptions {
  /** Cells of a line. */
  readonly width: number;
  /** Lines of the price part. */
  readonly height: number;
  readonly paint: Paint;
  readonly formatPrice: (price: number) => string;
}

/** What half of a cell contains. */
type Half = "none" | "wick" | "body";

const MIN_PLOT = 10;

/** Draws candles, the newest on the right, with prices, volumes and times. Older ones that do not fit are left out. */
export function candleChart(candles: readonly ChartCandle[], options: ChartOptions): string[] {
  const { width, height, paint, formatPrice } = options;
  if (candles.length === 0) return [];
  const axisWidth = Math.max(
    ...candles.flatMap(({ high, low }) => [widthOf(formatPrice(high)), widthOf(formatPrice(low))]),
  );
  const plotWidth = Math.max(MIN_PLOT, width - axisWidth - 3);
  const shown = candles.slice(-plotWidth);
  const step = shown.length * 2 <= plotWidth ? 2 : 1;
  const max = Math.max(...shown.map(({ high }) => high));
  const min = Math.min(...shown.map(({ low }) => low));
  const halves = height * 2;
  const range = max - min;
  const row = (price: number): number => (range === 0 ? height : ((max - price) / range) * halves);
  const columns = shown.map((candle) => drawCandle(candle, row, halves));
  const gap = " ".repeat(step - 1);
  const last = shown.at(-1);
  const lastLine = Math.min(height - 1, Math.floor(row(last?.close ?? 0) / 2));
  const labelled = new Set(labelLines(height));

  const lines = Array.from({ length: height }, (_, line) => {
    const glyphs = columns.map((halvesOf) => glyphOf(halvesOf[line * 2] ?? "none", halvesOf[line * 2 + 1] ?? "none"));
    const price = max - (range * (line + 0.5)) / height;
    const label =
      line === lastLine
        ? paint("bold", `◀ ${pad(formatPrice(last?.close ?? 0), axisWidth, "right")}`)
        : paint("dim", labelled.has(line) ? `┤ ${pad(formatPrice(price), axisWidth, "right")}` : "│");
    return `${paintRuns(glyphs, shown, gap, paint)} ${label}`;
  });
  return [...lines, ...volumeLines(shown, gap, height, paint), paint("dim", timeLine(shown, step))];
}

/** The halves of a candle's cells from the top. */
function drawCandle(candle: ChartCandle, row: (price: number) => number, halves: number): Half[] {
  const { open, close, high, low } = candle;
  const clamp = (value: number): number => Math.max(0, Math.min(halves - 1, value));
  const top = clamp(Math.round(row(Math.max(open, close))));
  const bottom = Math.max(top, clamp(Math.round(row(Math.min(open, close))) - 1));
  const wickTop = clamp(Math.round(row(high)));
  const wickBottom = clamp(Math.round(row(low)) - 1);
  return Array.from({ length: halves }, (_, half) => {
    if (half >= top && half <= bottom) return "body";
    return half >= wickTop && half <= wickBottom ? "wick" : "none";
  });
}

function glyphOf(upper: Half, lower: Half): string {
  if (upper === "body") return lower === "body" ? "█" : "▀";
  if (lower === "body") return "▄";
  if (upper === "wick") return lower === "wick" ? "│" : "╵";
  return lower === "wick" ? "╷" : " ";
}

/** Joins the cells of a line, with one style for neighbours of the same colour. Without colour, falling candles are shaded. */
function paintRuns(glyphs: readonly string[], shown: readonly ChartCandle[], gap: string, paint: Paint): string {
  const isFalling = (index: number): boolean => (shown[index]?.close ?? 0) < (shown[index]?.open ?? 0);
  if (paint === plainPaint)
    return glyphs.map((glyph, index) => (glyph === "█" && isFalling(index) ? "▒" : glyph)).join(gap);
  let line = "";
  let run = "";
  let style: Style | undefined;
  const end = (): void => {
    line += style === undefined ? run : paint(style, run);
    run = "";
  };
  glyphs.forEach((glyph, index) => {
    const next = isFalling(index) ? "red" : "green";
    if (glyph !== " " && next !== style) {
      end();
      style = next;
    }
    run += (index === 0 ? "" : gap) + glyph;
  });
  end();
  return line;
}

/** Lines with a price, evenly spread: the first, the last and some between. */
function labelLines(height: number): number[] {
  const count = Math.max(2, Math.min(6, Math.floor(height / 3)));
  return Array.from({ length: count }, (_, index) => Math.round((index * (height - 1)) / (count - 1)));
}

function volumeLines(shown: readonly ChartCandle[], gap: string, height: number, paint: Paint): string[] {
  const largest = Math.max(...shown.map(({ volume }) => volume));
  if (largest <= 0) return [];
  const rows = height >= 12 ? 2 : 1;
  const bars = columnBars(
    shown.map(({ volume }) => volume / largest),
    rows,
  );
  return bars.map((line, index) => {
    const label = index === rows - 1 ? ` ${paint("dim", "volume")}` : "";
    return `${paint("dim", line.split("").join(gap))}${label}`;
  });
}

const DAY = 86_400_000;

/** Times below the candles: of the day, or dates if the candles span more than two days. */
function timeLine(shown: readonly ChartCandle[], step: number): string {
  const span = (shown.at(-1)?.time ?? 0) - (shown[0]?.time ?? 0);
  const format = (time: number): string => {
    const text = new Date(time).toISOString();
    return span > 2 * DAY ? text.slice(5, 10) : text.slice(11, 16);
  };
  let line = "";
  let previous = "";
  shown.forEach(({ time }, index) => {
    const at = index * step;
    const isFirst = line === "";
    const label = format(time);
    if ((!isFirst && at < line.length + 4) || label === previous) return;
    previous = label;
    if (at + label.length <= shown.length * step + 4) line = line.padEnd(at) + label;
  });
  return `${line} UTC`;
}
