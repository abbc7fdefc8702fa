import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { knownPairs } from "../../state/arena/arena.ts";
import { initialSettings, LIMITS, STRATEGIES, type Field } from "../../state/arena/strategies.ts";
import { KINDS, type AgentSettings, type LimitName, type StrategyKind } from "../../state/arena/types.ts";
import { MAX_NAME, pairsProblem, readPairs, strategyProblem } from "../../state/arena/validate.ts";
import { NumberField, readField, typed } from "./numberField.tsx";

/** What is typed, before it is read. */
interface Draft {
  readonly name: string;
  readonly kind: StrategyKind;
  readonly pairs: string;
  /** By the field's name. */
  readonly numbers: Readonly<Record<string, string>>;
}

const numberFields = (kind: StrategyKind): readonly Field[] => [...STRATEGIES[kind].fields, ...LIMITS];

function draftOf({ name, kind, pairs, values, limits }: AgentSettings): Draft {
  const plain: Readonly<Record<string, string>> = { ...values, ...limits };
  const numbers = numberFields(kind).map((field) => [field.name, typed(plain[field.name] ?? field.initial)] as const);
  return { name, kind, pairs: pairs.join(", "), numbers: Object.fromEntries(numbers) };
}

interface AgentFormProps {
  /** Distinguishes its fields from others on the page. */
  readonly id: string;
  readonly settings: AgentSettings;
  readonly taken: readonly string[];
  readonly onSave: (settings: AgentSettings) => void;
  readonly onCancel: () => void;
}

/** Edits one agent. Numbers are read in the reader's own writing. */
export function AgentForm({ id, settings, taken, onSave, onCancel }: AgentFormProps): JSX.Element {
  const draft = useSignal(draftOf(settings));
  const problems = useSignal<Readonly<Record<string, string>>>({});
  const form = useRef<HTMLFormElement>(null);
  const known = useMemo(() => knownPairs(), []);
  const { name, kind, pairs, numbers } = draft.value;
  const problemOf = (field: string): string => problems.value[field] ?? "";

  const save = (event: Event): void => {
    event.preventDefault();
    const found: Record<string, string> = {};
    const read = (field: Field): string => {
      const { value, problem } = readField(field, numbers[field.name] ?? "");
      if (problem !== "") found[field.name] = problem;
      return value ?? field.initial;
    };
    const all = (fields: readonly Field[]): Record<string, string> =>
      Object.fromEntries(fields.map((field) => [field.name, read(field)]));
    const chosen = readPairs(pairs);
    const next: AgentSettings = {
      name: name.trim(),
      kind,
      pairs: chosen,
      values: all(STRATEGIES[kind].fields),
      limits: all(LIMITS) as Record<LimitName, string>,
    };
    if (next.name === "") found["name"] = "A name is missing.";
    if (taken.includes(next.name)) found["name"] = "Another agent has this name.";
    const pairProblem = pairsProblem(chosen, known);
    if (pairProblem !== "") found["pairs"] = pairProblem;
    if (Object.keys(found).length === 0) {
      const together = strategyProblem(next);
      if (together !== "") found[STRATEGIES[kind].fields[1]?.name ?? "pairs"] = together;
    }
    problems.value = found;
    if (Object.keys(found).length === 0) onSave(next);
    // Once the problems are shown, the first field that has one gets the focus.
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };

  return (
    <form ref={form} class="agent-form" onSubmit={save} noValidate aria-label={`Settings of ${settings.name}`}>
      <div class="fields">
        <div class="field">
          <label for={`${id}-name`}>Name</label>
          <input
            id={`${id}-name`}
            maxLength={MAX_NAME}
            autocomplete="off"
            value={name}
            aria-invalid={problemOf("name") !== ""}
            aria-describedby={`${id}-name-problem`}
            onInput={({ currentTarget }) => {
              draft.value = { ...draft.peek(), name: currentTarget.value };
            }}
          />
          <p id={`${id}-name-problem`} class="problem">
            {problemOf("name")}
          </p>
        </div>
        <label class="field">
          Strategy
          <select
            value={kind}
            onChange={({ currentTarget }) => {
              const next = currentTarget.value as StrategyKind;
              draft.value = draftOf(initialSettings(next, draft.peek().name));
              problems.value = {};
            }}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {STRATEGIES[one].title}
              </option>
            ))}
          </select>
        </label>
        <div class="field">
          <label for={`${id}-pairs`}>Pairs, with commas</label>
          <input
            id={`${id}-pairs`}
            autocomplete="off"
            spellcheck={false}
            value={pairs}
            aria-invalid={problemOf("pairs") !== ""}
            aria-describedby={`${id}-pairs-problem`}
            onInput={({ currentTarget }) => {
              draft.value = { ...draft.peek(), pairs: currentTarget.value };
            }}
          />
          <p id={`${id}-pairs-problem`} class="problem">
            {problemOf("pairs")}
          </p>
        </div>
        {numberFields(kind).map((field) => (
          <NumberField
            key={field.name}
            id={`${id}-${field.name}`}
            field={field}
            text={numbers[field.name] ?? ""}
            problem={problemOf(field.name)}
            onInput={(text) => {
              draft.value = { ...draft.peek(), numbers: { ...draft.peek().numbers, [field.name]: text } };
            }}
          />
        ))}
      </div>
      <p class="hint">{STRATEGIES[kind].sentence}</p>
      <div class="buttons">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" class="primary">
          Save agent
        </button>
      </div>
    </form>
  );
}
