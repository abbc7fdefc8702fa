// What all charts share: colours of the page, texts in the reader's locale, and behaviour that leaves scrolling alone.
import { type ChartOptions, type DeepPartial, TickMarkType, type Time, type UTCTimestamp } from "lightweight-charts";
import { dateTime, shortDay, shortTime, timeOfDay } from "./format.ts";

export const secondsOf = (ms: number): UTCTimestamp => Math.floor(ms / 1000) as UTCTimestamp;
/** Charts here only get timestamps, never days. */
export const dateOf = (time: Time): Date => new Date(Number(time) * 1000);

const TIME_FORMATS: Readonly<Partial<Record<TickMarkType, (value: Date) => string>>> = {
  [TickMarkType.Time]: shortTime,
  [TickMarkType.TimeWithSeconds]: timeOfDay,
};

/** Options of every chart. The wheel scrolls the page, not the chart. */
export function baseOptions(): DeepPartial<ChartOptions> {
  return {
    autoSize: true,
    localization: { timeFormatter: (time: Time) => dateTime(dateOf(time)) },
    timeScale: {
      timeVisible: true,
      borderVisible: false,
      tickMarkFormatter: (time: Time, kind: TickMarkType) => (TIME_FORMATS[kind] ?? shortDay)(dateOf(time)),
    },
    rightPriceScale: { borderVisible: false, entireTextOnly: true },
    layout: { attributionLogo: false },
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
  };
}

/** The colours of the chart itself. */
export function baseColors(element: HTMLElement): DeepPartial<ChartOptions> {
  const [text, line, quiet, card] = ["text", "line", "quiet", "card"].map((name) => colorOf(element, name)) as [
    string,
    string,
    string,
    string,
  ];
  const crosshair = { color: quiet, labelBackgroundColor: quiet };
  return {
    layout: {
      background: { color: card },
      textColor: text,
      panes: { separatorColor: line, separatorHoverColor: quiet },
    },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    crosshair: { vertLine: crosshair, horzLine: crosshair },
  };
}

/** A custom property's value in the current colour scheme. */
export function colorOf(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  // In forced-colors mode every probe would resolve to the same colour.
  probe.style.setProperty("forced-color-adjust", "none");
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Paints now and whenever the colour scheme changes, by the system or by the page; returns a function that stops it. */
export function followColors(paint: () => void): () => void {
  const schemes = ["(prefers-color-scheme: dark)", "(forced-colors: active)"].map((query) => matchMedia(query));
  for (const scheme of schemes) scheme.addEventListener("change", paint);
  const observer = new MutationObserver(paint);
  observer.observe(document.documentElement, { attributes: true });
  paint();
  return () => {
    for (const scheme of schemes) scheme.removeEventListener("change", paint);
    observer.disconnect();
  };
}
