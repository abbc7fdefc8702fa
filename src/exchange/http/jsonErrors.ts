/** The first error in a JSON text, in the words of the platform's parser. */
export interface JsonError {
  readonly position: number;
  readonly message: string;
}

const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them in strings
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;

class JsonSyntaxError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}

/** Finds the first error of a text that `JSON.parse` rejects. Not recursive, so any depth is safe. */
export function findJsonError(text: string, maxDepth: number): JsonError {
  try {
    scanDocument(text, maxDepth);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { position: error.position, message: error.message };
    throw error;
  }
  return { position: 0, message: "Expecting value" };
}

function scanDocument(text: string, maxDepth: number): void {
  const open: ("{" | "[")[] = [];
  let at = skipBlanks(text, 0);
  for (;;) {
    at = scanValue(text, at, open, maxDepth);
    if (at < 0) {
      // A non-empty container was opened: its first value or key comes next.
      at = -at;
      continue;
    }
    at = skipBlanks(text, at);
    while (open.length > 0 && text[at] === (open.at(-1) === "{" ? "}" : "]")) {
      open.pop();
      at = skipBlanks(text, at + 1);
    }
    const container = open.at(-1);
    if (container === undefined) {
      if (at < text.length) throw new JsonSyntaxError(at, "Extra data");
      return;
    }
    if (text[at] !== ",") throw new JsonSyntaxError(at, "Expecting ',' delimiter");
    at = skipBlanks(text, at + 1);
    if (container === "{") at = scanKey(text, at);
  }
}

/** Returns the position after a scalar or an empty container, or the negative position inside a container. */
function scanValue(text: string, at: number, open: ("{" | "[")[], maxDepth: number): number {
  const first = text[at];
  if (first === '"') return scanString(text, at);
  if (first === "{" || first === "[") {
    if (open.length >= maxDepth) throw new JsonSyntaxError(at, "Nested too deeply");
    const inside = skipBlanks(text, at + 1);
    if (text[inside] === (first === "{" ? "}" : "]")) return inside + 1;
    open.push(first);
    return -(first === "{" ? scanKey(text, inside) : inside);
  }
  LITERAL.lastIndex = at;
  const match = LITERAL.exec(text);
  if (match === null) throw new JsonSyntaxError(at, "Expecting value");
  return at + match[0].length;
}

/** Returns the position after a key and its colon. */
function scanKey(text: string, at: number): number {
  if (text[at] !== '"') throw new JsonSyntaxError(at, "Expecting property name enclosed in double quotes");
  const colon = skipBlanks(text, scanString(text, at));
  if (text[colon] !== ":") throw new JsonSyntaxError(colon, "Expecting ':' delimiter");
  return skipBlanks(text, colon + 1);
}

function scanString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    PLAIN_TEXT.lastIndex = at;
    at += PLAIN_TEXT.exec(text)?.[0].length ?? 0;
    if (at >= text.length) throw new JsonSyntaxError(start, "Unterminated string starting at");
    if (text[at] === '"') return at + 1;
    if (text[at] !== "\\") throw new JsonSyntaxError(at, "Invalid control character at");
    const escape = text[at + 1] ?? "";
    if (escape === "") throw new JsonSyntaxError(start, "Unterminated string starting at");
    if (escape === "u") {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)))
        throw new JsonSyntaxError(at + 1, "Invalid \\uXXXX escape");
      at += 6;
    } else if ('"\\/bfnrt'.includes(escape)) at += 2;
    else throw new JsonSyntaxError(at, "Invalid \\escape");
  }
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}
