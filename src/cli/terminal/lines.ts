import type { Layout } from "../context.ts";
import { clean, cut } from "./text.ts";

/** A line of text that may come from others, in the width of the terminal. */
export function line(text: string, { width }: Layout): string {
  return cut(clean(text), width);
}

/** Problems in red, one a line and whole. */
export function problemLines(texts: readonly string[], { paint }: Layout): string[] {
  return texts.map((text) => paint("red", clean(text)));
}

/** A line that says less than the others. */
export function dimLine(text: string, layout: Layout): string {
  return layout.paint("dim", line(text, layout));
}
