import { parseToml, TomlSyntaxError, type TomlDocument, type TomlSection } from "./toml.ts";
import { isRecord, sameValue, SetupError } from "./values.ts";

/**
 * Adds a server's table to a configuration, or changes the keys of ours that differ. Everything else stays, comments
 * included.
 *
 * @throws SetupError if the text cannot be parsed, or defines the server in a way that cannot be changed line by line
 */
export function editToml(
  text: string,
  path: readonly [string, string],
  entry: Readonly<Record<string, unknown>>,
): string {
  const document = parse(text);
  const [container, name] = path;
  const servers = document.value[container] ?? {};
  if (!isRecord(servers)) throw new SetupError(`"${container}" is not a table`);
  const existing = servers[name];
  if (isRecord(existing) && Object.entries(entry).every(([key, value]) => sameValue(existing[key], value))) return text;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const section = document.sections.find((candidate) => !candidate.isArray && sameValue(candidate.path, path));
  let changed: string;
  if (section !== undefined) changed = changeSection(text, section, entry, newline);
  else if (existing === undefined) changed = appendSection(text, path, entry, newline);
  else throw new SetupError(`it defines ${container}.${name} in a form that cannot be changed safely`);
  // The result must say what was meant, and nothing else must have changed.
  const merged = { ...(isRecord(existing) ? existing : {}), ...entry };
  if (!sameValue(parse(changed).value, { ...document.value, [container]: { ...servers, [name]: merged } }))
    throw new SetupError("its layout cannot be edited safely");
  return changed;
}

function parse(text: string): TomlDocument {
  try {
    return parseToml(text);
  } catch (error) {
    if (error instanceof TomlSyntaxError) throw new SetupError(`it is not valid TOML (${error.message})`);
    throw error;
  }
}

function changeSection(
  text: string,
  section: TomlSection,
  entry: Readonly<Record<string, unknown>>,
  newline: string,
): string {
  let changed = text;
  const missing: string[] = [];
  const pairs = new Map(section.pairs.map((pair) => [pair.key.join("\0"), pair]));
  const replaced = Object.entries(entry).flatMap(([key, value]) => {
    const pair = pairs.get(key);
    if (pair === undefined) missing.push(`${newline}${key} = ${print(value)}`);
    return pair === undefined || sameValue(pair.value, value) ? [] : [{ ...pair, text: print(value) }];
  });
  changed = changed.slice(0, section.end) + missing.join("") + changed.slice(section.end);
  for (const { valueStart, valueEnd, text: value } of replaced.toSorted((a, b) => b.valueStart - a.valueStart))
    changed = changed.slice(0, valueStart) + value + changed.slice(valueEnd);
  return changed;
}

function appendSection(
  text: string,
  path: readonly string[],
  entry: Readonly<Record<string, unknown>>,
  newline: string,
): string {
  const lines = [`[${path.join(".")}]`, ...Object.entries(entry).map(([key, value]) => `${key} = ${print(value)}`)];
  const gap = text.trim() === "" ? "" : text.endsWith("\n") ? newline : newline + newline;
  return `${text}${gap}${lines.join(newline)}${newline}`;
}

/** A string or a list of strings. TOML's basic strings are those of JSON, but for one control character. */
function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  return JSON.stringify(value).replaceAll("\u{7f}", String.raw`\u007f`);
}
