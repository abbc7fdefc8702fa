// Reads JSON with the place of everything in it, so that what is wrong with a value can be said where it stands.

/** A JSON text as read. */
export interface JsonText {
  /** Undefined if the text is not JSON. */
  readonly value: unknown;
  /** Where each value starts, by its path, such as `exit_conditions.stop_loss_pct`. The document's own path is empty. */
  readonly places: ReadonlyMap<string, number>;
  readonly problem: { readonly message: string; readonly offset: number } | null;
}

const STRING = /"(?:[^"\\\n\r]|\\.)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
/** Deeper texts are no strategies, and would exceed the stack. */
const MAX_DEPTH = 100;

class Unreadable extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function parseString(token: string, offset: number): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    throw new Unreadable("This string has a character that JSON writes otherwise.", offset);
  }
}

/** Browsers name places in their own words, or not at all, so the text is read here. */
export function readJson(text: string): JsonText {
  const places = new Map<string, number>();
  let at = 0;
  let depth = 0;

  const skipSpace = (): void => void take(SPACE);

  function take(token: RegExp): string | undefined {
    token.lastIndex = at;
    const found = token.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  function expect(sign: string, message: string): void {
    skipSpace();
    if (text[at] !== sign) throw new Unreadable(at >= text.length ? "The text ends too early." : message, at);
    at++;
  }

  function readValue(path: string): unknown {
    skipSpace();
    places.set(path, at);
    if (text[at] === "{") return readInside(readObject, path);
    if (text[at] === "[") return readInside(readArray, path);
    const start = at;
    const string = take(STRING);
    if (string !== undefined) return parseString(string, start);
    const token = take(WORD) ?? take(NUMBER);
    if (token !== undefined) return JSON.parse(token) as unknown;
    if (at >= text.length) throw new Unreadable("The text ends too early.", at);
    throw new Unreadable(
      text[at] === '"' ? "This string does not end." : "Expected a value: a number, true, false, or text in quotes.",
      at,
    );
  }

  function readInside(read: (path: string) => unknown, path: string): unknown {
    if (depth === MAX_DEPTH) throw new Unreadable(`Brackets may be nested up to ${MAX_DEPTH} deep.`, at);
    depth++;
    const value = read(path);
    depth--;
    return value;
  }

  function readObject(path: string): unknown {
    const entries: [string, unknown][] = [];
    const seen = new Set<string>();
    at++;
    skipSpace();
    if (text[at] === "}") {
      at++;
      return {};
    }
    for (;;) {
      skipSpace();
      const start = at;
      const key = take(STRING);
      if (key === undefined)
        throw new Unreadable(at >= text.length ? "The text ends too early." : "Expected a key in double quotes.", at);
      const name = parseString(key, start);
      if (seen.has(name)) throw new Unreadable(`"${name}" occurs twice.`, start);
      seen.add(name);
      // As a key it would set the prototype of copies of the object, and so vanish from what is checked and sent.
      if (name === "__proto__") throw new Unreadable('No key can be "__proto__".', start);
      expect(":", "Expected a colon after the key.");
      entries.push([name, readValue(path === "" ? name : `${path}.${name}`)]);
      skipSpace();
      if (text[at] === "}") break;
      expect(",", "Expected a comma or }.");
    }
    at++;
    return Object.fromEntries(entries);
  }

  function readArray(path: string): unknown {
    const items: unknown[] = [];
    at++;
    skipSpace();
    if (text[at] === "]") {
      at++;
      return items;
    }
    for (;;) {
      items.push(readValue(path === "" ? String(items.length) : `${path}.${items.length}`));
      skipSpace();
      if (text[at] === "]") break;
      expect(",", "Expected a comma or ].");
    }
    at++;
    return items;
  }

  try {
    const value = readValue("");
    skipSpace();
    if (at < text.length) throw new Unreadable("Nothing may follow the closing bracket.", at);
    return { value, places, problem: null };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { value: undefined, places, problem: { message: error.message, offset: error.offset } };
  }
}

/** The place of a path, or of the nearest thing around it if it does not exist. */
export function placeOf({ places }: JsonText, path: string): number {
  for (let known = path; known !== ""; known = known.slice(0, Math.max(0, known.lastIndexOf(".")))) {
    const offset = places.get(known);
    if (offset !== undefined) return offset;
  }
  return places.get("") ?? 0;
}

/** The number of the line, from 1, that an offset is in. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
