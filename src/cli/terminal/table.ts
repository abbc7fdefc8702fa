import type { Paint, Style } from "./paint.ts";
import { clean, cut, pad, widthOf, wrap } from "./text.ts";

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** `point` aligns numbers at the decimal point. Default `left`. */
  readonly align?: "left" | "right" | "point";
  /** In a narrow terminal, columns with the highest number are left out first; 0 (default) never is. */
  readonly drop?: number;
  /** Cells below which a `left` column is not cut; default 8. */
  readonly min?: number;
}

/** A cell: text, or text with a style. What it contains is cleaned, so it may come from others. */
export type Cell = string | readonly [text: string, style: Style | undefined];

const GAP = 2;

/** Lays out a table in at most `width` cells. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const texts = rows.map((row) => columns.map((_, index) => clean(textOf(row[index]))));
  columns.forEach(({ align }, index) => {
    if (align === "point") alignPoints(texts, index);
  });
  const widths = columns.map(({ title }, index) =>
    Math.max(widthOf(title), ...texts.map((row) => widthOf(row[index] ?? ""))),
  );
  const shown = fit(columns, widths, width);
  const line = (cells: readonly string[], style: (index: number, text: string) => string): string =>
    shown
      .map((index) => {
        const cell = cut(cells[index] ?? "", widths[index] ?? 0);
        const align = (columns[index]?.align ?? "left") === "left" ? "left" : "right";
        return style(index, pad(cell, widths[index] ?? 0, align));
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  const head = line(
    columns.map(({ title }) => title),
    (_, text) => paint("dim", text),
  );
  const body = texts.map((row, at) =>
    line(row, (index, text) => {
      const cell = rows[at]?.[index];
      const style = typeof cell === "string" ? undefined : cell?.[1];
      return style === undefined ? text : paint(style, text);
    }),
  );
  const left = columns.flatMap(({ title }, index) => (shown.includes(index) ? [] : [title.toLowerCase()]));
  const note = left.length === 0 ? [] : [paint("dim", cut(`Left out: ${left.join(", ")}`, width))];
  return [head, ...body, ...note];
}

function textOf(cell: Cell | undefined): string {
  return typeof cell === "string" ? cell : (cell?.[0] ?? "");
}

/** Pads the cells of a column so that their decimal points are below each other. */
function alignPoints(rows: string[][], index: number): void {
  const decimals = (text: string): number => (text.includes(".") ? text.length - text.indexOf(".") : 0);
  const most = Math.max(0, ...rows.map((row) => decimals(row[index] ?? "")));
  for (const row of rows) {
    const text = row[index] ?? "";
    row[index] = text + " ".repeat(most - decimals(text));
  }
}

/** The columns that fit. Shortens text columns first, then leaves out others; changes the widths. */
function fit(columns: readonly Column[], widths: number[], available: number): number[] {
  let shown = columns.map((_, index) => index);
  const total = (): number => shown.reduce((sum, index) => sum + (widths[index] ?? 0), (shown.length - 1) * GAP);
  for (;;) {
    const excess = total() - available;
    if (excess <= 0) return shown;
    const slack = shown.map((index) => {
      const column = columns[index];
      if ((column?.align ?? "left") !== "left") return 0;
      return Math.max(0, (widths[index] ?? 0) - Math.max(column?.min ?? 8, widthOf(column?.title ?? "")));
    });
    const possible = slack.reduce((sum, value) => sum + value, 0);
    const next = Math.max(...shown.map((index) => columns[index]?.drop ?? 0));
    if (possible >= excess || next === 0) {
      let missing = excess;
      shown.forEach((index, at) => {
        const less = Math.min(missing, slack[at] ?? 0);
        widths[index] = (widths[index] ?? 0) - less;
        missing -= less;
      });
      return shown;
    }
    shown = shown.filter((index) => (columns[index]?.drop ?? 0) !== next);
  }
}

/** Lines of names and values, such as those of a summary. A value that does not fit is continued below its name. */
export function pairsTable(
  pairs: readonly (readonly [name: string, value: Cell])[],
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const nameWidth = Math.max(...pairs.map(([name]) => widthOf(name)));
  return pairs.flatMap(([name, value]) => {
    const text = clean(textOf(value));
    const style = typeof value === "string" ? undefined : value[1];
    const show = (part: string): string => (style === undefined ? part : paint(style, part));
    const label = paint("dim", pad(name, nameWidth, "left"));
    if (widthOf(text) <= width - nameWidth - GAP) return [`${label}${" ".repeat(GAP)}${show(text)}`];
    const parts = wrap(text, width - GAP).map((part) => `${" ".repeat(GAP)}${show(cut(part, width - GAP))}`);
    return name === "" ? parts : [label.trimEnd(), ...parts];
  });
}
