import type { JSX } from "preact";

const WIDTH = 720;
const HEIGHT = 200;

export interface LinePoint {
  readonly time: Date;
  readonly value: number;
}

interface LineChartProps {
  readonly points: readonly LinePoint[];
  /** The chart's accessible name and summary. */
  readonly label: string;
  readonly format: (value: number) => string;
  readonly formatTime: (time: Date) => string;
}

/** A line chart over time, labelled with its extremes and end points. */
export function LineChart({ points, label, format, formatTime }: LineChartProps): JSX.Element {
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const span = high - low || 1;
  const begin = points[0]?.time.getTime() ?? 0;
  const length = (points.at(-1)?.time.getTime() ?? 1) - begin || 1;
  const line = points
    .map(({ time, value }) => {
      const x = ((time.getTime() - begin) / length) * WIDTH;
      return `${x.toFixed(1)},${(HEIGHT - 4 - ((value - low) / span) * (HEIGHT - 8)).toFixed(1)}`;
    })
    .join(" ");
  const first = points[0];
  const last = points.at(-1);
  return (
    <figure class="curve" role="img" aria-label={label}>
      <div class="levels">
        <span>{format(high)}</span>
        <span>{format((high + low) / 2)}</span>
        <span>{format(low)}</span>
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        {[4, HEIGHT / 2, HEIGHT - 4].map((y) => (
          <line key={y} x1="0" x2={WIDTH} y1={y} y2={y} />
        ))}
        <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} />
        <polyline points={line} />
      </svg>
      <div class="ends">
        <span>{first === undefined ? "" : formatTime(first.time)}</span>
        <span>{last === undefined ? "" : formatTime(last.time)}</span>
      </div>
    </figure>
  );
}
