import type { Context } from "./context.ts";

/** An option of a command. */
export interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** Whether it may be repeated; strings only. */
  readonly multiple?: true;
  readonly default?: string;
  /** What help calls its value, such as `FILE`. */
  readonly value?: string;
  /** Values that shells complete. */
  readonly choices?: readonly string[];
  readonly about: string;
}

/** Options by name, without dashes. */
export type Options = Readonly<Record<string, Option>>;

/** The parsed values of options: booleans are false and lists empty if they are not given. */
export type Values<Own extends Options> = { readonly [Name in keyof Own]: ValueOf<Own[Name]> };

type ValueOf<Own extends Option> = Option extends Own
  ? string | boolean | readonly string[] | undefined
  : Own["type"] extends "boolean"
    ? boolean
    : Own extends { readonly multiple: true }
      ? readonly string[]
      : Own extends { readonly default: string }
        ? string
        : string | undefined;

/** A parsed command line. */
export interface Arguments<Own extends Options> {
  readonly values: Values<Own>;
  readonly positionals: readonly string[];
}

/** A command of the program, in a file of its own that is loaded when it is used. */
export interface Command<Own extends Options = Options> {
  /** Its arguments, one line for each form: `price SYMBOL…`. */
  readonly usage: readonly string[];
  /** Sentences after the usage; lines of at most 90 characters. */
  readonly about: string;
  readonly options: Own;
  /** What shells complete as its positional arguments. */
  readonly completes?: readonly string[] | "symbols" | "files";
  /** Whether the options that select an exchange apply; default true. */
  readonly usesExchange?: boolean;
  /** Resolves to an exit code; default 0. */
  run(context: Context, args: Arguments<Own>): Promise<number | void>;
}

/** Infers the types of a command's values from its options. */
export function defineCommand<const Own extends Options>(command: Command<Own>): Command {
  return command;
}
