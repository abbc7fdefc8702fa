import type { Output } from "../io.ts";
import { formatDuration, groupThousands } from "./numbers.ts";
import type { Paint } from "./paint.ts";
import { clean, cut, widthOf } from "./text.ts";

/** How far a task has come. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  /** Undefined if nobody knows. */
  readonly total?: number | undefined;
  /** What is counted, such as `steps`. */
  readonly unit?: string | undefined;
}

const SHOW_AFTER_MS = 1000;
const REDRAW_MS = 100;
const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
const ERASE_LINE = "\r\u001b[2K";

/** Shows on stderr what takes more than a second; nothing if stderr is no terminal. */
export interface Activity {
  /** Replaces what is shown. */
  set(progress: Progress): void;
  /** Removes the line, so that something else can be written; it comes back with the next redraw. */
  clear(): void;
  /** Ends it. */
  stop(): void;
}

/** Starts to measure. */
export function startActivity(output: Output, paint: Paint, label: string, isShown: boolean): Activity {
  const startedAt = performance.now();
  let current: Progress = { label, done: 0 };
  let measuredFrom = startedAt;
  let visible = false;
  let timer: ReturnType<typeof setInterval> | undefined;

  function draw(): void {
    const now = performance.now();
    if (now - startedAt < SHOW_AFTER_MS) return;
    const line = progressLine(current, { elapsed: now - measuredFrom, width: output.columns - 1, paint });
    visible = true;
    void output.write(ERASE_LINE + line).catch(() => {});
  }

  function clear(): void {
    if (!visible) return;
    visible = false;
    void output.write(ERASE_LINE).catch(() => {});
  }

  if (isShown && output.isTerminal) timer = setInterval(draw, REDRAW_MS);
  return {
    set(progress) {
      if (progress.label !== current.label) measuredFrom = performance.now();
      current = progress;
    },
    clear,
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

/** One line: a bar with share, count, rate and remaining time, or a spinner with the time that has passed. */
export function progressLine(
  { label, done, total, unit = "" }: Progress,
  { elapsed, width, paint }: { readonly elapsed: number; readonly width: number; readonly paint: Paint },
): string {
  const name = clean(label);
  if (total === undefined || total <= 0) {
    const frame = SPINNER[Math.floor(elapsed / REDRAW_MS) % SPINNER.length] ?? "";
    const count = done > 0 ? ` · ${groupThousands(String(done))} ${unit}` : "";
    return `${paint("cyan", frame)} ${cut(`${name}${count} · ${formatDuration(elapsed)}`, width - 2)}`;
  }
  const share = Math.min(1, done / total);
  const rate = elapsed > 0 ? done / (elapsed / 1000) : 0;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const left = rate > 0 ? `${formatDuration(((total - done) / rate) * 1000)} left` : "";
  const speed = rate > 0 ? `${groupThousands(rate.toFixed(rate < 10 ? 1 : 0))} ${unit}/s` : "";
  const count = `${groupThousands(String(done))}/${groupThousands(String(total))} ${unit}`;
  // The narrower the terminal, the less is told.
  for (const details of [[percent, count, speed, left], [percent, speed, left], [percent, left], [percent]]) {
    const text = details.filter((part) => part !== "").join("  ");
    const room = width - widthOf(name) - widthOf(text) - 4;
    if (room >= 10 || details.length === 1) {
      const cells = Math.max(4, Math.min(30, room));
      const filled = Math.round(share * cells);
      const drawn = `${paint("green", "━".repeat(filled))}${paint("dim", "─".repeat(cells - filled))}`;
      return `${cut(name, Math.max(1, width - widthOf(text) - cells - 4))}  ${drawn}  ${text}`;
    }
  }
  return name;
}
