// An error reply quotes the request. These limits keep it from being many times as large as the request.
import { MAX_ISSUES } from "./issues.ts";

const MAX_TEXT = 1000;
const MAX_ITEMS = 100;
const MAX_BYTES = 48 * 1024;

export function truncateText(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}

/** The first of many issues, their inputs truncated. */
export function truncateIssues(issues: readonly object[]): readonly unknown[] {
  const truncation = new Truncation(MAX_BYTES);
  const shown: unknown[] = [];
  for (const issue of issues) {
    if (shown.length === MAX_ISSUES || (truncation.isSpent && shown.length > 0)) break;
    shown.push(truncation.apply(issue));
  }
  return shown;
}

/** Error details whose quotes of the request are truncated. */
export function truncateDetails(details: Readonly<Record<string, unknown>>): unknown {
  return new Truncation(MAX_BYTES + 1024).apply(details);
}

/** Truncates values until their shared budget of bytes is spent. */
class Truncation {
  #remaining: number;

  constructor(budget: number) {
    this.#remaining = budget;
  }

  get isSpent(): boolean {
    return this.#remaining <= 0;
  }

  apply(value: unknown): unknown {
    if (typeof value === "string") return this.#text(value);
    if (Array.isArray(value)) return this.#list(value);
    if (typeof value === "object" && value !== null) return this.#object(Object.entries(value));
    this.#remaining -= 24;
    return value;
  }

  #text(text: string): string {
    if (this.isSpent) return "…";
    const shown = truncateText(text);
    this.#remaining -= maxBytes(shown);
    return shown;
  }

  #list(list: readonly unknown[]): unknown[] {
    this.#remaining -= 2;
    const shown: unknown[] = [];
    for (const item of list) {
      if (this.isSpent || shown.length === MAX_ITEMS) {
        shown.push(`… ${list.length - shown.length} more`);
        break;
      }
      shown.push(this.apply(item));
    }
    return shown;
  }

  #object(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    this.#remaining -= 2;
    const shown: [string, unknown][] = [];
    for (const [name, value] of entries) {
      if (this.isSpent || shown.length === MAX_ITEMS) {
        shown.push(["…", `${entries.length - shown.length} more`]);
        break;
      }
      shown.push([this.#text(name), this.apply(value)]);
    }
    return Object.fromEntries(shown);
  }
}

const ASCII = /^[\u0020-\u007e]*$/;

/** An upper bound of a string's bytes in JSON. */
function maxBytes(text: string): number {
  return JSON.stringify(text).length * (ASCII.test(text) ? 1 : 3) + 1;
}
