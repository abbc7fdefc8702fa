// JSON as editors write it: comments and trailing commas are allowed and kept.

/** A member of an object: where its name and value are in the text. */
export interface JsonMember {
  readonly name: string;
  readonly start: number;
  readonly value: JsonNode;
}

/** A value and its position. Objects have members. */
export interface JsonNode {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
  readonly members?: readonly JsonMember[];
  /** Whether the last member is followed by a comma. */
  readonly hasTrailingComma?: boolean;
  /** The end of the last token, comment or comma before the closing brace. */
  readonly contentEnd?: number;
}

/** A text that is not JSON, even with comments. */
export class JsonSyntaxError extends Error {
  override readonly name = "JsonSyntaxError";
}

const MAX_DEPTH = 500;

/** Parses the text; undefined if it contains nothing but space and comments. */
export function parseJsonc(text: string): JsonNode | undefined {
  const parser = new Parser(text);
  return parser.document();
}

class Parser {
  private readonly text: string;
  private at = 0;
  private depth = 0;
  /** The end of what was skipped or read last, without space. */
  private contentEnd = 0;

  constructor(text: string) {
    this.text = text;
    if (text.startsWith("\u{feff}")) this.at = 1;
  }

  document(): JsonNode | undefined {
    this.skip();
    if (this.at === this.text.length) return undefined;
    const node = this.value();
    this.skip();
    if (this.at < this.text.length) throw this.fail("there is something after the end");
    return node;
  }

  private value(): JsonNode {
    const start = this.at;
    const char = this.text[start];
    if (char === "{") return this.object(start);
    if (char === "[") return this.array(start);
    if (char === '"') return this.finish(start, this.string());
    const [word] = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/.exec(
      this.text.slice(start, start + 400),
    ) ?? [undefined];
    if (word === undefined) throw this.fail("a value is missing or malformed");
    this.at += word.length;
    return this.finish(start, JSON.parse(word));
  }

  private object(start: number): JsonNode {
    this.enter();
    const members: JsonMember[] = [];
    let hasTrailingComma = false;
    for (;;) {
      this.skip();
      if (this.text[this.at] === "}") break;
      if (members.length > 0 && !hasTrailingComma) throw this.fail("a comma or } is missing");
      const memberStart = this.at;
      if (this.text[this.at] !== '"') throw this.fail("a name in double quotes is missing");
      const name = this.string();
      this.skip();
      if (this.text[this.at] !== ":") throw this.fail("a colon is missing");
      this.at++;
      this.skip();
      members.push({ name, start: memberStart, value: this.value() });
      hasTrailingComma = this.comma();
    }
    const { contentEnd } = this;
    this.leave();
    const value = Object.fromEntries(members.map(({ name, value: node }) => [name, node.value]));
    return { ...this.finish(start, value), members, hasTrailingComma, contentEnd };
  }

  private array(start: number): JsonNode {
    this.enter();
    const value: unknown[] = [];
    let hasComma = true;
    for (;;) {
      this.skip();
      if (this.text[this.at] === "]") break;
      if (!hasComma) throw this.fail("a comma or ] is missing");
      value.push(this.value().value);
      hasComma = this.comma();
    }
    this.leave();
    return this.finish(start, value);
  }

  private enter(): void {
    if (++this.depth > MAX_DEPTH) throw this.fail("it is nested too deeply");
    this.at++;
    this.contentEnd = this.at;
  }

  private leave(): void {
    this.at++;
    this.depth--;
  }

  private finish(start: number, value: unknown): JsonNode {
    this.contentEnd = this.at;
    return { start, end: this.at, value };
  }

  private comma(): boolean {
    this.skip();
    if (this.text[this.at] !== ",") return false;
    this.at++;
    this.contentEnd = this.at;
    return true;
  }

  private string(): string {
    // oxlint-disable-next-line no-control-regex
    const pattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/y;
    pattern.lastIndex = this.at;
    const [token] = pattern.exec(this.text) ?? [undefined];
    if (token === undefined) throw this.fail("a string is malformed");
    this.at += token.length;
    return JSON.parse(token) as string;
  }

  /** Skips space and comments. */
  private skip(): void {
    for (;;) {
      const space = /[ \t\r\n]*/y;
      space.lastIndex = this.at;
      space.exec(this.text);
      this.at = space.lastIndex;
      const comment = /\/\/[^\r\n]*|\/\*[^]*?\*\//y;
      comment.lastIndex = this.at;
      if (!comment.test(this.text)) return;
      this.at = comment.lastIndex;
      this.contentEnd = this.at;
    }
  }

  private fail(problem: string): JsonSyntaxError {
    const before = this.text.slice(0, this.at);
    const line = before.split("\n").length;
    const column = this.at - before.lastIndexOf("\n");
    return new JsonSyntaxError(`line ${line}, column ${column}: ${problem}`);
  }
}
