import type { Layout } from "../context.ts";
import type { Style } from "./paint.ts";
import { clean, cut, wrap } from "./text.ts";

/** A line of text that may come from others, in the width of the terminal. */
export function line(text: string, { width }: Layout): string {
  return cut(clean(text), width);
}

/** Sentences in a colour, broken between words. */
export function sentences(texts: readonly string[], style: Style, { width, paint }: Layout): string[] {
  return texts.flatMap((text) => wrap(clean(text), width).map((part) => paint(style, part)));
}

/** Problems in red. */
export function problemLines(texts: readonly string[], layout: Layout): string[] {
  return sentences(texts, "red", layout);
}

/** A line that says less than the others. */
export function dimLine(text: string, layout: Layout): string {
  return layout.paint("dim", line(text, layout));
}
