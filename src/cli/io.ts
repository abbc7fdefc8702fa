/** Where a program writes: stdout or stderr. */
export interface Output {
  readonly isTerminal: boolean;
  /** Cells of a line; infinite if it is not a terminal. */
  readonly columns: number;
  readonly rows: number;
  /** Resolves when the text is written; rejects with the code `EPIPE` if nobody reads any more. */
  write(text: string): Promise<void>;
}

/** What a program reads: stdin. */
export interface Input {
  readonly isTerminal: boolean;
  /** Everything up to its end, without the last line break. */
  readAll(): Promise<string>;
  /** Asks on stderr, and reads the line that a person types; `hidden` does not show it. */
  ask(question: string, options: { readonly hidden: boolean; readonly signal: AbortSignal }): Promise<string>;
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that a command uses of its process. */
export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  readonly interrupts: Interrupts;
}

/** How signals end a program. */
export interface Interrupts {
  /** Aborted by Ctrl-C, SIGTERM or SIGHUP, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** How a second Ctrl-C ends the program at once; null if it does not. */
  atOnce: { readonly code: number; readonly message: string } | null;
}

/** The reason of an abort by a signal. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  /** The exit code of shells: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("Interrupted.");
    this.exitCode = exitCode;
  }
}

/** The reason of an abort because nobody reads the output any more. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/** The code of a system error, such as `EPIPE`. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** An environment variable; undefined also if it is empty. */
export function variable(env: Environment, name: string): string | undefined {
  return env[name] === "" ? undefined : env[name];
}
