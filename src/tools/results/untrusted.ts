import { redactor } from "../../errors/index.ts";
import type { JsonValue } from "../json.ts";

/**
 * What other people wrote, as data: names, descriptions, strategies, messages. An object with the field `untrusted` occurs
 * for nothing else in results.
 */
export type Untrusted =
  | { readonly untrusted: JsonValue }
  /** A text that was cut, and how much is shown. */
  | { readonly untrusted: string; readonly cut: string };

/** Longer texts of other people are cut. */
export const MAX_TEXT = 500;
/** JSON of other people with more characters becomes a text that is cut. */
const MAX_JSON = 2000;

/**
 * Characters that can hide or reorder text: controls, bidirectional marks, zero-width and tag characters, variation
 * selectors, line separators, private use, and halves of surrogate pairs. Tab and line feed stay.
 */
const INVISIBLE =
  /[^\P{C}\t\n]|[\u{ad}\u{115f}\u{1160}\u{2028}\u{2029}\u{3164}\u{ffa0}]|\p{Default_Ignorable_Code_Point}/gu;

const redact = redactor([]);

/** Puts a text of other people into its envelope: invisible characters become visible, secrets are removed. */
export function markText(text: string, max: number = MAX_TEXT): Untrusted {
  const clean = cleanText(text);
  const characters = Array.from(clean.slice(0, 2 * max + 2));
  if (characters.length <= max && clean.length <= 2 * max) return { untrusted: clean };
  return { untrusted: characters.slice(0, max).join(""), cut: `the first ${max} of ${clean.length} characters` };
}

/** Puts JSON of other people into an envelope, names of fields included. */
export function markJson(value: JsonValue): Untrusted {
  const clean = cleanJson(value);
  const text = JSON.stringify(clean);
  return text.length <= MAX_JSON ? { untrusted: clean } : markText(text, MAX_JSON);
}

/** Shows invisible characters as their code points, such as `[U+202E]`, and removes keys and tokens. */
export function cleanText(text: string): string {
  return redact(text).replace(INVISIBLE, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `[U+${code.padStart(4, "0")}]`;
  });
}

/** JSON with visible characters only, and without keys and tokens. */
export function cleanJson(value: JsonValue): JsonValue {
  if (typeof value === "string") return cleanText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => cleanJson(item));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [cleanText(name), cleanJson(item)]));
}
