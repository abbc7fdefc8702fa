import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { CurveChart } from "./curves.ts";
import { dateTime } from "./format.ts";
import { ownTask } from "./ownTask.ts";

/** A colour with its own dash pattern. */
export type Tone = 1 | 2 | 3 | 4 | 5 | 6 | "muted";

export interface Curve {
  readonly name: string;
  /** Oldest first; `time` in milliseconds. */
  readonly points: readonly { readonly time: number; readonly value: number }[];
  readonly tone?: Tone;
}

/** Something that happened, shown on the first curve. */
export interface CurveMark {
  readonly time: number;
  readonly text: string;
}

interface EquityChartProps {
  readonly curves: readonly Curve[];
  /** The chart's accessible name and summary. */
  readonly label: string;
  readonly format: (value: number) => string;
  /** In pixels. */
  readonly height?: number;
  readonly marks?: readonly CurveMark[];
}

/** How the legend draws the dashes of a tone. */
const DASHES: Readonly<Record<Tone, string>> = {
  1: "",
  2: "6 4",
  3: "12 6",
  4: "2 2",
  5: "2 6",
  6: "",
  muted: "4 4",
};

/**
 * Curves over time, whose legend shows the values under the pointer, otherwise the last ones. With the keyboard, the arrow
 * keys move over the times.
 */
export function EquityChart({ curves, label, format, height = 220, marks = [] }: EquityChartProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<CurveChart>(null);
  const failed = useSignal(false);
  const pointed = useSignal<number | null>(null);
  // The chart outlives many renderings; it takes what it needs from the last one.
  const latest = useRef({ curves, marks, format });
  latest.current = { curves, marks, format };
  const times = timesOf(curves);
  const isEmpty = times.length < 2;

  useEffect(() => {
    if (isEmpty) return undefined;
    let gone = false;
    import("./curves.ts").then(ownTask).then(
      ({ curveChart }) => {
        if (gone || place.current === null) return;
        chart.current = curveChart(
          place.current,
          (value) => latest.current.format(value),
          (time) => {
            pointed.value = time;
          },
        );
        chart.current.show(latest.current.curves, latest.current.marks);
      },
      () => {
        failed.value = true;
      },
    );
    return () => {
      gone = true;
      chart.current?.remove();
      chart.current = null;
    };
  }, [isEmpty]);
  useEffect(() => chart.current?.show(curves, marks), [curves, marks]);

  const point = (time: number | null): void => {
    pointed.value = time;
    chart.current?.point(time);
  };
  const at = pointed.value;
  const index = at === null ? times.length - 1 : indexAt(times, at);
  const move = (event: KeyboardEvent): void => {
    // Several keys can come before the next frame, so each starts from what is true now, not from what is drawn.
    const last = times.length - 1;
    const from = pointed.peek() === null ? last : indexAt(times, pointed.peek() ?? 0);
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: from - 1,
      ArrowDown: from - 1,
      ArrowRight: from + 1,
      ArrowUp: from + 1,
      PageDown: from - 10,
      PageUp: from + 10,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (event.key === "Escape") point(null);
    if (next === undefined) return;
    event.preventDefault();
    point(times[Math.min(last, Math.max(0, next))] ?? null);
  };
  const shown = curves.map(({ name, points, tone }) => ({ name, tone, value: valueAt(points, at) }));
  const written = (value: number | null): string => (value === null ? "–" : format(value));
  const time = at ?? times.at(-1) ?? 0;

  return (
    <figure class="curves" aria-label={label}>
      <figcaption>
        <ul class="chart-legend">
          {shown.map(({ name, tone = "muted", value }) => (
            <li key={name} data-tone={tone}>
              <svg viewBox="0 0 28 8" aria-hidden="true">
                <line x1="1" x2="27" y1="4" y2="4" stroke-dasharray={DASHES[tone]} />
              </svg>
              {name} <strong>{written(value)}</strong>
            </li>
          ))}
          {!isEmpty && <li class="time">{dateTime(new Date(time))}</li>}
        </ul>
      </figcaption>
      {isEmpty || failed.value ? (
        <p class="empty" style={{ minHeight: `${height}px` }}>
          {failed.value ? "The chart could not be loaded." : "Not enough data for a chart yet."}
        </p>
      ) : (
        <div
          ref={place}
          class="plot"
          style={{ height: `${height}px` }}
          role="slider"
          tabIndex={0}
          aria-label="Time in the chart"
          aria-valuemin={0}
          aria-valuemax={times.length - 1}
          aria-valuenow={index}
          aria-valuetext={[
            dateTime(new Date(time)),
            ...shown.map(({ name, value }) => `${name} ${written(value)}`),
            ...marks.filter((mark) => wholeSecond(mark.time) === time).map(({ text }) => text),
          ].join(", ")}
          onKeyDown={move}
          onBlur={() => point(null)}
        />
      )}
    </figure>
  );
}

/** The chart counts in seconds, so a point belongs to the second it lies in. */
const wholeSecond = (time: number): number => Math.floor(time / 1000) * 1000;

/** All times of the curves in whole seconds, in order. */
function timesOf(curves: readonly Curve[]): readonly number[] {
  const all = new Set(curves.flatMap(({ points }) => points.map(({ time }) => wholeSecond(time))));
  return curves.length === 1 ? [...all] : [...all].toSorted((a, b) => a - b);
}

/** The index of the last time that is not later, by binary search. */
function indexAt(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((times[middle] ?? Infinity) <= time) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The value at a time; null before the first point. Without a time, the last one. */
function valueAt(points: Curve["points"], time: number | null): number | null {
  const point = time === null ? points.at(-1) : points.findLast((one) => wholeSecond(one.time) <= time);
  return point?.value ?? null;
}
