import { parseArgs } from "node:util";
import { suggestion } from "../wire/similar.ts";
import type { Arguments, Options } from "./command.ts";
import { UsageError } from "./usageError.ts";

interface ParseOption {
  readonly type: "string" | "boolean";
  readonly multiple?: boolean;
  readonly short?: string;
}

function toParseOptions(options: Options): Record<string, ParseOption> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
}

/** The command's name and the remaining arguments; the name may follow options. */
export function splitCommand(
  args: readonly string[],
  options: Options,
): { readonly name: string | undefined; readonly rest: readonly string[] } {
  const { tokens } = parseArgs({
    args: [...args],
    options: toParseOptions(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const first = tokens.find(({ kind }) => kind === "positional");
  if (first?.kind !== "positional") return { name: undefined, rest: args };
  return { name: first.value, rest: args.filter((_, index) => index !== first.index) };
}

/**
 * Parses the arguments of a command.
 *
 * @throws UsageError for unknown options and missing values
 */
export function parse(args: readonly string[], options: Options): Arguments<Options> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: toParseOptions(options),
      allowPositionals: true,
    });
    return { values: withDefaults(values, options), positionals };
  } catch (error) {
    throw new UsageError(`${describe(error, Object.keys(options))} Try --help.`, { cause: error });
  }
}

function withDefaults(
  values: Readonly<Record<string, unknown>>,
  options: Options,
): Record<string, string | boolean | readonly string[] | undefined> {
  const entries = Object.entries(options).map(
    ([name, option]): [string, string | boolean | readonly string[] | undefined] => {
      const value = values[name];
      if (option.type === "boolean") return [name, value === true];
      if (option.multiple === true) return [name, Array.isArray(value) ? value.map(String) : []];
      return [name, typeof value === "string" ? value : option.default];
    },
  );
  return Object.fromEntries(entries);
}

/** Says in one sentence what is wrong. Runtimes word it differently, but name the option in the same way. */
function describe(error: unknown, names: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error);
  // Node's further sentences are advice on positional arguments, which are allowed here.
  const [problem = ""] = message.split(/\.\s|\n/);
  const [, unknown] = /^Unknown option '(-[^']*)'/.exec(problem) ?? [];
  if (unknown !== undefined) {
    const similar = suggestion(
      unknown,
      names.map((name) => `--${name}`),
    );
    return similar === undefined ? `Unknown option '${unknown}'.` : `Unknown option '${unknown}'. ${similar}`;
  }
  const [, option] = /^Option '(?:-\w, )?(--[\w-]+).*argument is ambiguous/.exec(problem) ?? [];
  if (option !== undefined) return `${option} needs a value. Write a value that begins with a dash as ${option}=VALUE.`;
  return `${problem.replace(/\.$/, "")}.`;
}

/** Throws a `UsageError` unless there are that many arguments. */
export function expectCount(positionals: readonly string[], min: number, max: number, expected: string): void {
  if (positionals.length < min) throw new UsageError(`${expected} is missing. Try --help.`);
  const extra = positionals[max];
  if (extra !== undefined) throw new UsageError(`Unexpected argument "${extra}". Try --help.`);
}

/** A whole number of an option; undefined if the option is not given. */
export function parseCount(
  name: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, received "${text}". Try --help.`);
}

/** One of an option's values; undefined if the option is not given. */
export function parseChoice<Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (text === undefined) return undefined;
  const found = choices.find((choice) => choice === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${name} must be ${choices.join(", ")}, received "${text}". Try --help.`);
}
