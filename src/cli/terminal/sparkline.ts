const LEVELS = "▁▂▃▄▅▆▇█";

/** A line of small bars, one for each value, from the smallest to the largest. More values than `width` are averaged. */
export function sparkline(values: readonly number[], width: number = values.length): string {
  const points = resample(values, width);
  const min = Math.min(...points);
  const max = Math.max(...points);
  return points
    .map((value) => LEVELS[max === min ? 3 : Math.min(7, Math.floor(((value - min) / (max - min)) * 8))] ?? "")
    .join("");
}

/** Averages values to `count` ones; fewer values are returned as they are. */
export function resample(values: readonly number[], count: number): readonly number[] {
  if (values.length <= count) return values;
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const slice = values.slice(from, Math.max(from + 1, Math.floor(((index + 1) * values.length) / count)));
    return slice.reduce((sum, value) => sum + value, 0) / slice.length;
  });
}

/** The part of a bar of `width` cells that a share from 0 to 1 fills, to an eighth of a cell. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.max(0, Math.min(1, share)) * width * 8);
  const rest = " ▏▎▍▌▋▊▉"[eighths % 8] ?? "";
  return "█".repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? "" : rest);
}

/** Heights from 0 to 1 as bars of `rows` lines, the top line first. */
export function columnBars(shares: readonly number[], rows: number): string[] {
  return Array.from({ length: rows }, (_, index) => {
    const below = rows - 1 - index;
    return shares
      .map((share) => {
        const level = Math.round(share * rows * 8) - below * 8;
        // Something is never shown as nothing.
        if (below === 0 && share > 0 && level < 1) return "▁";
        return level <= 0 ? " " : (LEVELS[Math.min(8, level) - 1] ?? "");
      })
      .join("");
  });
}
