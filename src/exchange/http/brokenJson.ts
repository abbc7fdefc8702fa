/** Where a JSON text breaks, and why, in the words of the platform's parser. */
export interface BrokenJson {
  readonly at: number;
  readonly error: string;
}

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them in texts
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;

class Broken extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Finds the first fault of a text that `JSON.parse` refuses; without recursion, whatever the depth. */
export function brokenJson(text: string, mostDepth: number): BrokenJson {
  try {
    scan(text, mostDepth);
  } catch (error) {
    if (error instanceof Broken) return { at: error.at, error: error.message };
    throw error;
  }
  return { at: 0, error: "Expecting value" };
}

function scan(text: string, mostDepth: number): void {
  const open: ("{" | "[")[] = [];
  let at = blank(text, 0);
  for (;;) {
    at = value(text, at, open, mostDepth);
    if (at < 0) {
      // A container opened and is not empty: its first value (or key) comes next.
      at = -at;
      continue;
    }
    at = blank(text, at);
    while (open.length > 0 && text[at] === (open.at(-1) === "{" ? "}" : "]")) {
      open.pop();
      at = blank(text, at + 1);
    }
    const container = open.at(-1);
    if (container === undefined) {
      if (at < text.length) throw new Broken(at, "Extra data");
      return;
    }
    if (text[at] !== ",") throw new Broken(at, "Expecting ',' delimiter");
    at = blank(text, at + 1);
    if (container === "{") at = key(text, at);
  }
}

/** Past one scalar or empty container; negative when a container was entered. */
function value(text: string, at: number, open: ("{" | "[")[], mostDepth: number): number {
  const first = text[at];
  if (first === '"') return string(text, at);
  if (first === "{" || first === "[") {
    if (open.length >= mostDepth) throw new Broken(at, "Nested too deeply");
    const inside = blank(text, at + 1);
    if (text[inside] === (first === "{" ? "}" : "]")) return inside + 1;
    open.push(first);
    return -(first === "{" ? key(text, inside) : inside);
  }
  LITERAL.lastIndex = at;
  const match = LITERAL.exec(text);
  if (match === null) throw new Broken(at, "Expecting value");
  return at + match[0].length;
}

/** Past a key and its colon. */
function key(text: string, at: number): number {
  if (text[at] !== '"') throw new Broken(at, "Expecting property name enclosed in double quotes");
  const colon = blank(text, string(text, at));
  if (text[colon] !== ":") throw new Broken(colon, "Expecting ':' delimiter");
  return blank(text, colon + 1);
}

function string(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    PLAIN_TEXT.lastIndex = at;
    at += PLAIN_TEXT.exec(text)?.[0].length ?? 0;
    if (at >= text.length) throw new Broken(start, "Unterminated string starting at");
    if (text[at] === '"') return at + 1;
    if (text[at] !== "\\") throw new Broken(at, "Invalid control character at");
    const escape = text[at + 1] ?? "";
    if (escape === "") throw new Broken(start, "Unterminated string starting at");
    if (escape === "u") {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) throw new Broken(at + 1, "Invalid \\uXXXX escape");
      at += 6;
    } else if ('"\\/bfnrt'.includes(escape)) at += 2;
    else throw new Broken(at, "Invalid \\escape");
  }
}

function blank(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}
