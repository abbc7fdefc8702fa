// The documented properties of the interfaces in src/endpoints, read as text: the compiler has no API for it.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

/** A property of an interface with its documentation. */
export interface Property {
  readonly name: string;
  readonly type: string;
  readonly text: string | undefined;
}

export interface Interface {
  /** Names of the interfaces that it extends. */
  readonly parents: readonly string[];
  readonly properties: readonly Property[];
}

export interface EndpointSource {
  readonly name: string;
  /** The type of its arguments. */
  readonly input: string;
  /** The comment above it, without stars. */
  readonly comment: string;
}

const INTERFACE = /^export interface (\w+)(?: extends ([^{]+))? \{\n(.*?)^\}/gms;
const PROPERTY = /^ {2}(?:\/\*\*((?:(?!\*\/).)*)\*\/\n {2})?readonly (\w+)\??:((?:[^;{]|\{[^}]*\})*);/gms;
const ENDPOINT = /^(?:\/\*\*((?:(?!\*\/).)*)\*\/\n)?export const (\w+): Endpoint<\s*([^=]*?)>\s*=/gms;

const sources = globSync("src/endpoints/*/*.ts", { cwd: root })
  .toSorted()
  .map((path) => readFileSync(join(root, path), "utf8"));

/** All interfaces of src/endpoints by name. */
export function readInterfaces(): ReadonlyMap<string, Interface> {
  const found = new Map<string, Interface>();
  for (const source of sources)
    for (const [, name = "", parents = "", body = ""] of source.matchAll(INTERFACE))
      found.set(name, { parents: parents.match(/\w+/g) ?? [], properties: readProperties(body) });
  return found;
}

function readProperties(body: string): readonly Property[] {
  return [...body.matchAll(PROPERTY)].map(([, comment, name = "", type = ""]) => ({
    name,
    type: type.trim(),
    text: comment === undefined ? undefined : toText(comment),
  }));
}

/** All endpoints with the types of their arguments. */
export function readEndpoints(): readonly EndpointSource[] {
  return sources.flatMap((source) =>
    [...source.matchAll(ENDPOINT)].map(([, comment = "", name = "", types = ""]) => ({
      name,
      input: firstType(types),
      comment: comment.replaceAll(/^\s*\* ?/gm, ""),
    })),
  );
}

/** The first of several type arguments. */
function firstType(types: string): string {
  let depth = 0;
  for (let at = 0; at < types.length; at++) {
    const char = types.charAt(at);
    if ("<{[(".includes(char)) depth++;
    else if (">}])".includes(char)) depth--;
    else if (char === "," && depth === 0) return types.slice(0, at);
  }
  return types;
}

/** A comment as one line: without stars, tags and links. */
export function toText(comment: string): string {
  const [paragraph = ""] = comment
    .replaceAll(/^\s*\* ?/gm, "")
    .trim()
    .split(/\n\n|\n@|^@/);
  return paragraph
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\{@link (?:AgentExchangeClient\.)?(\w+)\}/g, "`$1`")
    .trim();
}
