// Reads TOML 1.0, as far as an editor of one table needs it: numbers and dates stay text.

/** A key with a value, and where they are in the text. */
export interface TomlPair {
  readonly key: readonly string[];
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly value: unknown;
}

/** A `[header]` and the pairs below it. The first section of a document has no header. */
export interface TomlSection {
  readonly path: readonly string[];
  readonly isArray: boolean;
  readonly pairs: readonly TomlPair[];
  /** The end of the header's or the last pair's line, without its newline. */
  readonly end: number;
}

export interface TomlDocument {
  readonly value: Readonly<Record<string, unknown>>;
  readonly sections: readonly TomlSection[];
}

/** A text that is not TOML. */
export class TomlSyntaxError extends Error {
  override readonly name = "TomlSyntaxError";
}

/** How a table came to be: only some may be extended. */
type Origin = "implicit" | "header" | "dotted" | "inline";

class Table {
  origin: Origin;
  readonly entries = new Map<string, unknown>();
  constructor(origin: Origin) {
    this.origin = origin;
  }
}

/** Tables of an array of tables. */
class TableArray {
  readonly tables: Table[] = [];
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u{1b}",
  '"': '"',
  "\\": "\\",
};

const SCALAR =
  /(?:true|false|[+-]?(?:inf|nan)|0x[\dA-Fa-f](?:_?[\dA-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*|\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d(?::\d\d(?:\.\d+)?)?|[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?)(?=[ \t\r\n,\]}#]|$)/y;
const MAX_DEPTH = 200;

export function parseToml(text: string): TomlDocument {
  return new Parser(text).document();
}

class Parser {
  private readonly text: string;
  private readonly root = new Table("header");
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
    if (text.startsWith("\u{feff}")) this.at = 1;
  }

  document(): TomlDocument {
    const sections: TomlSection[] = [];
    let table = this.root;
    let section = { path: [] as readonly string[], isArray: false, pairs: [] as TomlPair[], end: this.at };
    for (;;) {
      this.skip(/(?:[ \t\r\n]|#[^\n]*)*/y);
      if (this.at === this.text.length) break;
      if (this.text[this.at] === "[") {
        sections.push(section);
        const isArray = this.text.startsWith("[[", this.at);
        this.at += isArray ? 2 : 1;
        const path = this.key();
        this.expect(isArray ? "]]" : "]");
        table = this.open(path, isArray);
        section = { path, isArray, pairs: [], end: this.endOfLine() };
      } else {
        const pair = this.pair(table);
        section = { ...section, pairs: [...section.pairs, pair], end: this.endOfLine() };
      }
    }
    sections.push(section);
    return { value: plain(this.root) as Readonly<Record<string, unknown>>, sections };
  }

  /** The table of a header. */
  private open(path: readonly string[], isArray: boolean): Table {
    let table = this.root;
    for (const part of path.slice(0, -1)) table = this.descend(table, part, "implicit");
    const name = path.at(-1) ?? "";
    const existing = table.entries.get(name);
    if (isArray) {
      if (existing !== undefined && !(existing instanceof TableArray)) throw this.fail(`${name} is defined twice`);
      const array = existing ?? new TableArray();
      table.entries.set(name, array);
      const added = new Table("header");
      array.tables.push(added);
      return added;
    }
    if (existing === undefined) {
      const added = new Table("header");
      table.entries.set(name, added);
      return added;
    }
    if (!(existing instanceof Table) || existing.origin !== "implicit") throw this.fail(`${name} is defined twice`);
    existing.origin = "header";
    return existing;
  }

  private descend(table: Table, name: string, origin: Origin): Table {
    const existing = table.entries.get(name);
    if (existing === undefined) {
      const added = new Table(origin);
      table.entries.set(name, added);
      return added;
    }
    if (existing instanceof TableArray && origin === "implicit") {
      const last = existing.tables.at(-1);
      if (last !== undefined) return last;
    }
    const extendable: readonly Origin[] = origin === "dotted" ? ["dotted"] : ["implicit", "header", "dotted"];
    if (existing instanceof Table && extendable.includes(existing.origin)) return existing;
    throw this.fail(`${name} is defined twice`);
  }

  private pair(table: Table): TomlPair {
    const key = this.key();
    this.expect("=");
    this.skip(/[ \t]*/y);
    const valueStart = this.at;
    const value = this.value();
    let target = table;
    for (const part of key.slice(0, -1)) target = this.descend(target, part, "dotted");
    const name = key.at(-1) ?? "";
    if (target.entries.has(name)) throw this.fail(`${name} is defined twice`);
    target.entries.set(name, value);
    return { key, valueStart, valueEnd: this.at, value: plain(value) };
  }

  private key(): readonly string[] {
    const parts: string[] = [];
    for (;;) {
      this.skip(/[ \t]*/y);
      const char = this.text[this.at];
      if (char === '"' || char === "'") parts.push(this.string(char, false));
      else {
        const bare = this.skip(/[\w-]+/y);
        if (bare === "") throw this.fail("a key is missing");
        parts.push(bare);
      }
      this.skip(/[ \t]*/y);
      if (this.text[this.at] !== ".") return parts;
      this.at++;
    }
  }

  private value(): unknown {
    const char = this.text[this.at];
    if (char === '"' || char === "'") return this.string(char, true);
    if (char === "[") return this.array();
    if (char === "{") return this.inlineTable();
    const scalar = this.skip(SCALAR);
    if (scalar === "") throw this.fail("a value is missing or malformed");
    if (scalar === "true" || scalar === "false") return scalar === "true";
    return { scalar };
  }

  private array(): readonly unknown[] {
    this.enter();
    const items: unknown[] = [];
    let hasComma = true;
    for (;;) {
      this.skip(/(?:[ \t\r\n]|#[^\n]*)*/y);
      if (this.text[this.at] === "]") break;
      if (!hasComma) throw this.fail("a comma or ] is missing");
      items.push(this.value());
      hasComma = this.comma();
    }
    this.leave();
    return items;
  }

  private inlineTable(): Table {
    this.enter();
    const table = new Table("header");
    let hasComma = true;
    for (;;) {
      this.skip(/(?:[ \t\r\n]|#[^\n]*)*/y);
      if (this.text[this.at] === "}") break;
      if (!hasComma) throw this.fail("a comma or } is missing");
      this.pair(table);
      hasComma = this.comma();
    }
    this.leave();
    table.origin = "inline";
    return table;
  }

  private enter(): void {
    if (++this.depth > MAX_DEPTH) throw this.fail("it is nested too deeply");
    this.at++;
  }

  private leave(): void {
    this.at++;
    this.depth--;
  }

  private comma(): boolean {
    this.skip(/(?:[ \t\r\n]|#[^\n]*)*/y);
    if (this.text[this.at] !== ",") return false;
    this.at++;
    return true;
  }

  private string(quote: string, mayBeLong: boolean): string {
    const isLong = mayBeLong && this.text.startsWith(quote.repeat(3), this.at);
    const pattern = isLong
      ? quote === '"'
        ? /"""(?:[^"\\]|\\[^]|"{1,2}(?!"))*"{3,5}/y
        : /'''(?:[^']|'{1,2}(?!'))*'{3,5}/y
      : quote === '"'
        ? /"(?:[^"\\\n]|\\[^\n])*"/y
        : /'[^'\n]*'/y;
    const token = this.skip(pattern);
    if (token === "") throw this.fail("a string is malformed");
    const length = isLong ? 3 : 1;
    const body = token.slice(length, -length).replace(isLong ? /^\r?\n/ : /^(?!)/, "");
    // oxlint-disable-next-line no-control-regex
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(body))
      throw this.fail("a string has a control character");
    return quote === '"' ? this.unescape(body) : body;
  }

  private unescape(body: string): string {
    return body.replaceAll(
      /\\(?:u([\dA-Fa-f]{4})|U([\dA-Fa-f]{8})|x([\dA-Fa-f]{2})|([ \t]*\r?\n[ \t\r\n]*)|([^]))/g,
      (_all, short?: string, long?: string, byte?: string, line?: string, char: string = "") => {
        if (line !== undefined) return "";
        const code = short ?? long ?? byte;
        if (code === undefined) {
          const escaped = ESCAPES[char];
          if (escaped === undefined) throw this.fail("a string has an unknown escape");
          return escaped;
        }
        const point = Number.parseInt(code, 16);
        if (point > 0x10_ff_ff || (point >= 0xd8_00 && point < 0xe0_00))
          throw this.fail("a string has a wrong code point");
        return String.fromCodePoint(point);
      },
    );
  }

  private expect(token: string): void {
    if (!this.text.startsWith(token, this.at)) throw this.fail(`${token} is missing`);
    this.at += token.length;
  }

  /** The end of a line, after which only space and a comment may follow. */
  private endOfLine(): number {
    this.skip(/[ \t]*(?:#[^\n]*)?/y);
    const end = this.text[this.at - 1] === "\r" ? this.at - 1 : this.at;
    if (this.text[this.at] === "\r") this.at++;
    if (this.at < this.text.length && this.text[this.at] !== "\n")
      throw this.fail("there is something after the value");
    return end;
  }

  /** Takes what the pattern matches here; an empty string if nothing. */
  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [token = ""] = pattern.exec(this.text) ?? [];
    this.at += token.length;
    return token;
  }

  private fail(problem: string): TomlSyntaxError {
    return new TomlSyntaxError(`line ${this.text.slice(0, this.at).split("\n").length}: ${problem}`);
  }
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof TableArray) return value.tables.map(plain);
  if (value instanceof Table) return Object.fromEntries([...value.entries].map(([name, part]) => [name, plain(part)]));
  return value;
}
