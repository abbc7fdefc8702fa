// The strategy being edited. Its text is what counts; the form is another view of it.
import { batch, computed, signal } from "@preact/signals";
import { Decimal } from "agentexchange";
import { numberStyle } from "../../parts/readNumber.ts";
import { checkText, textOf, valueAt, withValue, type Field, type Problem } from "./definition.ts";
import { EXAMPLES, type Example } from "./examples.ts";

/** The stored strategy that is being edited. */
export interface Stored {
  readonly strategyId: string;
  readonly version: number;
  readonly name: string;
  readonly text: string;
}

/** The pairs that the exchange lists; empty until they are known. */
export const listed = signal<readonly string[]>([]);

const style = numberStyle();
const MAX_NAME = 200;

export const name = signal<string>(EXAMPLES[0].name);
export const text = signal<string>(textOf(EXAMPLES[0].definition));
/** Null if the draft was never saved. */
export const stored = signal<Stored | null>(null);

/** What was typed into fields, as long as it cannot be a value of the definition. */
const typed = signal<ReadonlyMap<string, string>>(new Map());

export const checked = computed(() => checkText(text.value, listed.value));
export const nameProblem = computed(() => {
  const length = name.value.trim().length;
  if (length === 0) return "Enter a name.";
  return length > MAX_NAME ? `Use up to ${MAX_NAME} characters.` : null;
});

/** The definition if it can be run and saved: nothing is wrong with the JSON or the form. */
export const ready = computed(() => {
  const { definition, problems } = checked.value;
  const isWrong = problems.some(({ kind }) => kind === "error") || typed.value.size > 0 || nameProblem.value !== null;
  return isWrong ? null : definition;
});

/** Whether there is something to save. */
export const isChanged = computed(() => {
  const known = stored.value;
  return known === null || known.text !== text.value || known.name !== name.value.trim();
});

/** What a field shows. */
export function shownIn({ path, kind }: Field): string {
  const draft = typed.value.get(path);
  if (draft !== undefined) return draft;
  const value = valueAt(checked.value.document, path);
  if (value === undefined || value === null) return "";
  if (kind === "pairs") return Array.isArray(value) ? value.join(", ") : "";
  if (kind === "number" && typeof value === "number") return style.write(new Decimal(value));
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What is wrong with a field; null if nothing is. */
export function problemOf({ path }: Field): Problem | string | null {
  if (typed.value.has(path)) return numberProblem(typed.value.get(path) ?? "");
  const all = checked.value.problems;
  return all.find((problem) => problem.path === path || problem.path.startsWith(`${path}.`)) ?? null;
}

/** Writes a field into the text; an empty one removes its key. */
export function setField({ path, kind }: Field, input: string): void {
  batch(() => {
    forget(path);
    if (input.trim() === "") return write(path, kind === "pairs" ? [] : undefined);
    if (kind === "pairs")
      return write(
        path,
        input
          .toUpperCase()
          .split(/[\s,;]+/)
          .filter((symbol) => symbol !== ""),
      );
    if (kind === "flag") return write(path, input === "true");
    if (kind === "choice") return write(path, input);
    const reading = style.read(input.replace(/^-/, ""));
    if (reading.kind !== "number") typed.value = new Map([...typed.peek(), [path, input]]);
    else write(path, (input.startsWith("-") ? reading.value.neg() : reading.value).toNumber());
  });
}

export function setText(next: string): void {
  batch(() => {
    text.value = next;
    typed.value = new Map();
  });
}

export function startFrom({ name: title, definition }: Example): void {
  edit(title, textOf(definition), null);
}

export function edit(title: string, document: string, from: Stored | null): void {
  batch(() => {
    name.value = title;
    stored.value = from;
    setText(document);
  });
}

function write(path: string, value: unknown): void {
  const { document } = checked.peek();
  if (document !== null) text.value = textOf(withValue(document, path, value));
}

function forget(path: string): void {
  if (typed.peek().has(path)) typed.value = new Map([...typed.peek()].filter(([known]) => known !== path));
}

function numberProblem(input: string): string {
  const reading = style.read(input);
  if (reading.kind !== "ambiguous") return `“${input}” is not a number.`;
  const [first, second] = reading.readings;
  return `“${input}” can mean ${first} or ${second}. Write it without thousands separators.`;
}
