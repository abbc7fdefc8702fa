import { Decimal } from "agentexchange";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { count } from "../format.ts";
import * as run from "../../state/arena/run.ts";
import { initialSettings, STRATEGIES, type Field } from "../../state/arena/strategies.ts";
import { KINDS, type AgentSettings, type ArenaSettings } from "../../state/arena/types.ts";
import { MAX_AGENTS, MAX_SEED, MIN_AGENTS, PERIODS } from "../../state/arena/validate.ts";
import { AgentForm } from "./agentForm.tsx";
import { NumberField, readField, typed } from "./numberField.tsx";

const MINUTE = 60_000;
const SEED: Field = {
  name: "seed",
  label: "Seed of the prices",
  initial: "7",
  min: "0",
  max: String(MAX_SEED),
  whole: true,
};

const change = (next: Partial<ArenaSettings>): void => run.settings.set({ ...run.settings.signal.peek(), ...next });

/** Which agents trade in the next run, and how. */
export function LineUp(): JSX.Element {
  const { agents, period, seed } = run.settings.signal.value;
  const edited = useSignal<number | null>(null);
  const seedText = useSignal(typed(String(seed)));
  const seedProblem = useSignal("");
  const list = useRef<HTMLUListElement>(null);
  const isFull = agents.length >= MAX_AGENTS;
  const isSmall = agents.length <= MIN_AGENTS;

  /** The button that opened the form; it is there again when the form is gone. */
  const focusEdit = (index: number): void =>
    void requestAnimationFrame(() => list.current?.querySelectorAll<HTMLElement>("[data-edit]")[index]?.focus());
  const add = (): void => {
    if (isFull) return;
    const kind = KINDS[agents.length % KINDS.length] ?? "dollarCostAverage";
    const { title } = STRATEGIES[kind];
    const taken = new Set(agents.map(({ name }) => name));
    let name: string = title;
    for (let number = 2; taken.has(name); number++) name = `${title} ${number}`;
    change({ agents: [...agents, initialSettings(kind, name)] });
    edited.value = agents.length;
    requestAnimationFrame(() => document.querySelector<HTMLElement>("#edited-name")?.focus());
  };
  const remove = (index: number): void => {
    if (isSmall) return;
    change({ agents: agents.filter((_, place) => place !== index) });
    edited.value = null;
    focusEdit(Math.min(index, agents.length - 2));
  };
  const save = (index: number, settings: AgentSettings): void => {
    change({ agents: agents.map((agent, place) => (place === index ? settings : agent)) });
    edited.value = null;
    focusEdit(index);
  };

  return (
    <section class="card line-up" aria-labelledby="line-up">
      <div class="head">
        <h2 id="line-up">Agents and settings</h2>
        <button type="button" class="small" aria-disabled={isFull} onClick={add}>
          Add an agent
        </button>
      </div>
      <ul ref={list}>
        {agents.map((agent, index) => (
          <li key={agent.name}>
            <span>
              <strong>{agent.name}</strong> <small>{agent.pairs.join(", ")}</small>
            </span>
            <button
              type="button"
              class="small"
              data-edit
              aria-expanded={edited.value === index}
              aria-label={`Edit ${agent.name}`}
              onClick={() => {
                edited.value = edited.peek() === index ? null : index;
              }}
            >
              Edit
            </button>
            <button
              type="button"
              class="small"
              aria-disabled={isSmall}
              aria-label={`Remove ${agent.name}`}
              onClick={() => remove(index)}
            >
              Remove
            </button>
            {edited.value === index && (
              <AgentForm
                id="edited"
                settings={agent}
                taken={agents.filter((_, place) => place !== index).map(({ name }) => name)}
                onSave={(settings) => save(index, settings)}
                onCancel={() => {
                  edited.value = null;
                  focusEdit(index);
                }}
              />
            )}
          </li>
        ))}
      </ul>
      <div class="fields">
        <NumberField
          id="arena-seed"
          field={SEED}
          text={seedText.value}
          problem={seedProblem.value}
          onInput={(text) => {
            seedText.value = text;
            const { value, problem } = readField(SEED, text);
            seedProblem.value = problem;
            if (value !== null) change({ seed: new Decimal(value).toNumber() });
          }}
        />
        <label class="field">
          Decisions every
          <select
            value={String(period / MINUTE)}
            onChange={({ currentTarget }) => change({ period: Number(currentTarget.value) * MINUTE })}
          >
            {PERIODS.map((minutes) => (
              <option key={minutes} value={String(minutes)}>
                {count(minutes)} min
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="buttons">
        <p class="hint" role="status">
          {run.isOutdated()
            ? "These settings are not those of the run. Begin a new one to use them."
            : `${count(agents.length)} agents; from ${count(MIN_AGENTS)} to ${count(MAX_AGENTS)} can trade.`}
        </p>
        <button type="button" class={run.isOutdated() ? "primary" : ""} onClick={() => void run.open()}>
          New run
        </button>
      </div>
    </section>
  );
}
