import { variable, type Environment } from "../io.ts";

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof CODES;

/** Adds a style to a text, or returns it unchanged. */
export type Paint = (style: Style, text: string) => string;

const paintWithCodes: Paint = (style, text) => {
  const [on, off] = CODES[style];
  return text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;
};

/** Colour is never the only sign of anything, so a text without it says the same. */
export const plainPaint: Paint = (_style, text) => text;

/** FORCE_COLOR, then NO_COLOR, then whether somebody looks at it. */
export function choosePaint(output: { readonly isTerminal: boolean }, env: Environment): Paint {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced === "0" || forced === "false" ? plainPaint : paintWithCodes;
  if (variable(env, "NO_COLOR") !== undefined) return plainPaint;
  return output.isTerminal && env["TERM"] !== "dumb" ? paintWithCodes : plainPaint;
}
