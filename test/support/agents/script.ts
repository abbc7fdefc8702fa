// A model that follows a script, and what it was shown. Each framework has a driver that makes its own mock model of it.
import type { Toolbox, ToolResult } from "../../../src/tools/index.ts";

/** A call that the model makes. */
export interface ScriptedCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** One response of the model: calls, made at once, or the end. */
export type Turn = readonly ScriptedCall[];

/** A script is asked for the next turn when the model is called, so that a test can act in between. */
export type Script = readonly (Turn | (() => Turn | Promise<Turn>))[];

/** What a person answers to a question about the call with this ID, and who counts the questions. */
export interface Person {
  readonly asked: string[];
  answer(summary: string): boolean | Promise<boolean>;
}

export interface Run {
  readonly toolbox: Toolbox;
  readonly script: Script;
  readonly person: Person;
  readonly signal?: AbortSignal;
  readonly thread?: string;
}

/** What happened in a run. */
export interface Transcript {
  /** Everything that the model received, as JSON: tools, messages, results. */
  readonly seen: readonly string[];
  /** The results by call ID, as the model read them in its messages. */
  readonly results: ReadonlyMap<string, ToolResult>;
}

export interface Framework {
  readonly name: string;
  /** Whether the framework asks the person, or the toolbox does. */
  readonly asks: "framework" | "toolbox";
  run(options: Run): Promise<Transcript>;
  /** Answers the last question of a run once more, as a lost response or an impatient user does. */
  readonly replay?: (options: Run) => Promise<void>;
}

/** The model: records what it receives and returns the next turn; empty when the script is over. */
export class ScriptedModel {
  readonly seen: string[] = [];
  readonly results: Map<string, ToolResult> = new Map();
  #next = 0;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  /** @param results what the model finds in its messages: results as text, by call ID */
  async respond(received: unknown, results: Iterable<readonly [string, string]>): Promise<Turn> {
    this.seen.push(JSON.stringify(received));
    for (const [id, text] of results) this.results.set(id, readResult(text));
    const turn = this.#script[this.#next++] ?? [];
    return typeof turn === "function" ? turn() : turn;
  }
}

/** A framework's own words instead of a result show as the code `FRAMEWORK`, which no test accepts. */
function readResult(text: string): ToolResult {
  try {
    return JSON.parse(text) as ToolResult;
  } catch {
    const error = { code: "FRAMEWORK", message: text, retryable: false, nextStep: "" };
    return { ok: false, callId: "", error };
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The objects inside a value that have a property with this value. */
export function* findAll(value: unknown, key: string, expected: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (!isRecord(value)) return;
  if (value[key] === expected) yield value;
  for (const nested of Object.values(value)) yield* findAll(nested, key, expected);
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
