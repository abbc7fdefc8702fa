import { JsonSyntaxError, parseJsonc, type JsonMember, type JsonNode } from "./jsonc.ts";
import { isRecord, sameValue, SetupError } from "./values.ts";

/** A replacement of a part of the text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The file's own way to write JSON. */
interface Style {
  readonly newline: string;
  readonly unit: string;
}

/**
 * Adds a server to a configuration, or changes the members of ours that differ. Everything else stays, comments included.
 *
 * @throws SetupError if the text cannot be parsed, or has something else in the place
 */
export function editJson(
  text: string,
  path: readonly [string, string],
  entry: Readonly<Record<string, unknown>>,
): string {
  const root = parse(text);
  const style = styleOf(text);
  const [container, name] = path;
  if (root === undefined)
    return `${text}${withNewline(text, style)}${print({ [container]: { [name]: entry } }, "", style)}${style.newline}`;
  const changed = apply(text, changes(text, root, { [container]: { [name]: entry } }, "the file", style));
  // The result must say what was meant, and nothing else must have changed.
  const expected = merge(root.value, { [container]: { [name]: entry } });
  if (!sameValue(parse(changed)?.value, expected)) throw new SetupError("its layout cannot be edited safely");
  return changed;
}

function parse(text: string): JsonNode | undefined {
  try {
    return parseJsonc(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new SetupError(`it is not valid JSON (${error.message})`);
    throw error;
  }
}

function changes(
  text: string,
  node: JsonNode,
  wanted: Readonly<Record<string, unknown>>,
  where: string,
  style: Style,
): readonly Edit[] {
  const { members } = node;
  if (members === undefined) throw new SetupError(`${where} is not an object`);
  return Object.entries(wanted)
    .flatMap(([name, value]) => {
      const [member, other] = members.filter((candidate) => candidate.name === name);
      if (other !== undefined) throw new SetupError(`"${name}" occurs twice`);
      if (member === undefined) return [];
      if (sameValue(member.value.value, value)) return [];
      if (isRecord(value) && member.value.members !== undefined)
        return changes(text, member.value, value, `"${name}"`, style);
      // A server of ours may be changed; anything else in the place of an object may not.
      if (isRecord(value)) throw new SetupError(`"${name}" is not an object`);
      const indent = indentOf(text, member.start);
      return [{ start: member.value.start, end: member.value.end, text: print(value, indent, style) }];
    })
    .concat(additions(text, node, members, wanted, style));
}

/** Adds the missing members after the last one. */
function additions(
  text: string,
  node: JsonNode,
  members: readonly JsonMember[],
  wanted: Readonly<Record<string, unknown>>,
  style: Style,
): readonly Edit[] {
  const missing = Object.entries(wanted).filter(([name]) => members.every((member) => member.name !== name));
  if (missing.length === 0) return [];
  const outer = indentOf(text, node.start);
  const last = members.at(-1);
  const isOwnLine = last !== undefined && lineStart(text, last.start).trim() === "";
  const indent = isOwnLine ? indentOf(text, last.start) : outer + style.unit;
  const lines = missing.map(
    ([name, value]) => `${style.newline}${indent}${JSON.stringify(name)}: ${print(value, indent, style)}`,
  );
  const { contentEnd = node.start + 1, hasTrailingComma = false } = node;
  const closing = node.end - 1;
  const comma =
    last !== undefined && !hasTrailingComma ? [{ start: last.value.end, end: last.value.end, text: "," }] : [];
  const rest = text.slice(contentEnd, closing);
  return [
    {
      start: contentEnd,
      end: closing,
      text: `${lines.join(",")}${hasTrailingComma ? "," : ""}${rest.includes("\n") ? rest : style.newline + outer}`,
    },
    // After the lines: of two insertions in one place, the last comes first in the text.
    ...comma,
  ];
}

function apply(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const edit of edits.toSorted((a, b) => b.start - a.start || b.end - a.end))
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end);
  return result;
}

/** What the document means after the change. */
function merge(value: unknown, wanted: unknown): unknown {
  if (!isRecord(value) || !isRecord(wanted)) return wanted;
  const merged = Object.entries(wanted).map(([name, part]) => [name, merge(value[name], part)] as const);
  return { ...value, ...Object.fromEntries(merged) };
}

function print(value: unknown, indent: string, { newline, unit }: Style): string {
  return JSON.stringify(value, null, unit).replaceAll("\n", newline + indent);
}

function styleOf(text: string): Style {
  return {
    newline: text.includes("\r\n") ? "\r\n" : "\n",
    unit: /^([ \t]+)"/m.exec(text)?.[1] ?? "  ",
  };
}

function withNewline(text: string, { newline }: Style): string {
  return text.trim() === "" || text.endsWith("\n") ? "" : newline;
}

/** The text of a line before a position. */
function lineStart(text: string, at: number): string {
  return text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
}

function indentOf(text: string, at: number): string {
  return /^[ \t]*/.exec(lineStart(text, at))?.[0] ?? "";
}
