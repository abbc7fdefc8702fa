// An answer that says what is wrong must not be many times its request, whatever was wrong however often.
export const MOST_ISSUES = 100;
const MOST_TEXT = 1000;
const MOST_ITEMS = 100;
const MOST_BYTES = 48 * 1024;

const plain = /^[\u0020-\u007e]*$/;

/** How many bytes a text takes in JSON, at most. */
function bytesOf(text: string): number {
  return JSON.stringify(text).length * (plain.test(text) ? 1 : 3) + 1;
}

/** The beginning of a text that is too long. */
export function shortText(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}

/** Shortens values that are to be sent back, until a budget for all of them together is spent. */
class Shortener {
  #left: number;

  constructor(budget: number) {
    this.#left = budget;
  }

  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** The value itself if it is small, as those of people are. */
  value(value: unknown): unknown {
    if (typeof value === "string") return this.#text(value);
    if (Array.isArray(value)) return this.#list(value);
    if (typeof value === "object" && value !== null) return this.#object(Object.entries(value));
    this.#left -= 24;
    return value;
  }

  #text(text: string): string {
    if (this.isSpent) return "…";
    const short = shortText(text);
    this.#left -= bytesOf(short);
    return short;
  }

  #list(list: readonly unknown[]): unknown[] {
    this.#left -= 2;
    const short: unknown[] = [];
    for (const item of list) {
      if (this.isSpent || short.length === MOST_ITEMS) {
        short.push(`… ${list.length - short.length} more`);
        break;
      }
      short.push(this.value(item));
    }
    return short;
  }

  #object(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
    this.#left -= 2;
    const short: [string, unknown][] = [];
    for (const [name, value] of entries) {
      if (this.isSpent || short.length === MOST_ITEMS) {
        short.push(["…", `${entries.length - short.length} more`]);
        break;
      }
      short.push([this.#text(name), this.value(value)]);
    }
    return Object.fromEntries(short);
  }
}

/** The first issues of many, with what is sent back of the request shortened. */
export function shortIssues(issues: readonly object[]): readonly unknown[] {
  const shortener = new Shortener(MOST_BYTES);
  const short: unknown[] = [];
  for (const issue of issues) {
    if (short.length === MOST_ISSUES || (shortener.isSpent && short.length > 0)) break;
    short.push(shortener.value(issue));
  }
  return short;
}

/** Details of an error, with what they send back of the request shortened. */
export function shortDetails(details: Readonly<Record<string, unknown>>): unknown {
  return new Shortener(MOST_BYTES + 1024).value(details);
}
