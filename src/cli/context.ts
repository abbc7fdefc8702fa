import { toPlain } from "../client/plain.ts";
import type { Client } from "../client/createClient.ts";
import { CommandError } from "./exits.ts";
import type { Io } from "./io.ts";
import { encodeJson } from "./json.ts";
import type { Target, TraderOptions } from "./target.ts";
import { choosePaint, type Paint } from "./terminal/paint.ts";
import { startActivity, type Activity, type Progress } from "./terminal/progress.ts";
import { clean, wrap } from "./terminal/text.ts";
import { UsageError } from "./usageError.ts";

/** How lines for people are laid out. */
export interface Layout {
  /** Cells of a line; infinite if the output is not a terminal. */
  readonly width: number;
  readonly paint: Paint;
}

/** Settings of one run. */
export interface ContextOptions {
  /** The command's name. */
  readonly command: string;
  readonly json: boolean;
  /** The value of --key-file. */
  readonly keyFile?: string | undefined;
  readonly target: (context: Context) => Target;
}

const MAX_NOTICE_WIDTH = 100;

/** What a command gets: its exchange, and ways to tell people and programs what it found. */
export class Context {
  readonly io: Io;
  readonly command: string;
  readonly json: boolean;
  readonly keyFile: string | undefined;
  /** Aborted by Ctrl-C, and when nobody reads the output. */
  readonly signal: AbortSignal;
  /** Whether the program ends at the first Ctrl-C, wherever the command is. */
  endsAtOnce = true;
  readonly #startedAt = performance.now();
  readonly #activity: Activity;
  readonly #openTarget: (context: Context) => Target;
  #target: Target | undefined;
  #isOver = false;

  constructor(io: Io, { command, json, keyFile, target }: ContextOptions) {
    this.io = io;
    this.command = command;
    this.json = json;
    this.keyFile = keyFile;
    this.signal = io.interrupts.signal;
    this.#openTarget = target;
    const isShown = io.stderr.isTerminal && io.env["TERM"] !== "dumb";
    this.#activity = startActivity(io.stderr, choosePaint(io.stderr, io.env), command, isShown);
  }

  /** The exchange that the options select. */
  get target(): Target {
    return (this.#target ??= this.#openTarget(this));
  }

  /** A client for public data. */
  client(): Promise<Client> {
    return this.target.client();
  }

  /** A client that can trade. */
  traderClient(options?: TraderOptions): Promise<Client> {
    return this.target.traderClient(options);
  }

  /** The layout of stdout. */
  get layout(): Layout {
    return { width: this.io.stdout.columns, paint: choosePaint(this.io.stdout, this.io.env) };
  }

  /** Whether a person can be asked: at a terminal, and not for a program that reads JSON. */
  get canAsk(): boolean {
    return this.io.stdin.isTerminal && this.io.stderr.isTerminal && !this.json;
  }

  /** Shows how far a task has come, if it takes more than a second. */
  progress(progress: Progress): void {
    this.#activity.set(progress);
  }

  /** Lets the command end by itself after a Ctrl-C. `atOnce` is how a second one ends it; null if it does not. */
  endItself(atOnce: { readonly code: number; readonly message: string } | null): void {
    this.endsAtOnce = false;
    this.io.interrupts.atOnce = atOnce;
  }

  /**
   * Prints the result: `lines` for people, or `data` as the envelope.
   *
   * @param isEffect whether something was changed, so that it is told on stderr if nobody reads stdout
   */
  async result(data: unknown, lines: (layout: Layout) => readonly string[], isEffect = false): Promise<void> {
    this.#activity.stop();
    const text = this.json ? this.envelope({ ok: true, data: toPlain(data) }) : lines(this.layout).join("\n");
    if (text === "") return;
    try {
      await this.write(`${text}\n`);
    } catch (error) {
      if (isEffect) await this.io.stderr.write(`${text}\n`);
      throw error;
    }
  }

  /** Prints an item of a stream: lines for people, or an envelope of its own. */
  async item(data: unknown, lines: (layout: Layout) => readonly string[]): Promise<void> {
    this.#activity.stop();
    await this.write(
      `${this.json ? this.envelope({ ok: true, data: toPlain(data) }) : lines(this.layout).join("\n")}\n`,
    );
  }

  /** Removes the progress, before something else is written. */
  quiet(): void {
    this.#activity.stop();
  }

  /** Writes to stdout; nothing after the program has decided to end. */
  async write(text: string): Promise<void> {
    if (!this.#isOver) await this.io.stdout.write(text);
  }

  /** Tells something on stderr that is no result. */
  notice(text: string): void {
    if (this.#isOver) return;
    this.#activity.clear();
    const paint = choosePaint(this.io.stderr, this.io.env);
    const width = Math.min(MAX_NOTICE_WIDTH, this.io.stderr.columns);
    const lines = this.io.stderr.isTerminal ? wrap(clean(text), width) : [clean(text)];
    void this.io.stderr.write(`${lines.map((line) => paint("yellow", line)).join("\n")}\n`).catch(() => {});
  }

  /** Shows people something on stderr before a question. */
  async show(lines: (layout: Layout) => readonly string[]): Promise<void> {
    this.#activity.stop();
    const layout = { width: this.io.stderr.columns, paint: choosePaint(this.io.stderr, this.io.env) };
    await this.io.stderr.write(`${lines(layout).join("\n")}\n`);
  }

  /**
   * Asks a person; resolves if the answer is yes.
   *
   * @param instead what to do without a terminal, such as `Pass --yes`
   * @throws UsageError if nobody can be asked
   */
  async confirm(question: string, instead: string): Promise<void> {
    if (!this.canAsk)
      throw new UsageError(
        `${clean(question)} Nobody can be asked${this.json ? " with --json" : " without a terminal"}. ${instead}`,
      );
    this.#activity.stop();
    const paint = choosePaint(this.io.stderr, this.io.env);
    const answer = await this.io.stdin.ask(`${paint("bold", clean(question))} [y/N] `, {
      hidden: false,
      signal: this.signal,
    });
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new CommandError("Not confirmed; nothing was changed.", "NOT_CONFIRMED", "refused");
  }

  /** Asks a person for a secret, which is not shown. */
  async askSecret(question: string): Promise<string> {
    if (!this.canAsk)
      throw new UsageError(
        `${this.command} needs a key. Set AGENTEXCHANGE_API_KEY, or pass --key-file FILE. Try --help.`,
      );
    this.#activity.stop();
    const answer = (await this.io.stdin.ask(question, { hidden: true, signal: this.signal })).trim();
    if (answer === "") throw new UsageError("No key was entered.");
    return answer;
  }

  /** One line of JSON: `{ ok, data | error, meta }`. */
  envelope(content: Readonly<Record<string, unknown>>): string {
    const meta = {
      command: this.command,
      exchange: this.#target?.name ?? null,
      tookMs: Math.round(performance.now() - this.#startedAt),
    };
    return encodeJson({ ...content, meta });
  }

  /** The secrets in use, for redaction. */
  get secrets(): readonly (string | undefined)[] {
    return this.#target?.secrets ?? [];
  }

  /** Ends what is shown and whatever is open. */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#activity.stop();
    await this.#target?.close();
  }
}
