import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { count, dateTime } from "../format.ts";
import { answer, cancel, whatIf } from "../../state/arena/compare.ts";
import { moments } from "../../state/arena/run.ts";
import { initialSettings, STRATEGIES, type Field } from "../../state/arena/strategies.ts";
import { KINDS, type AgentSettings, type ArenaView, type StrategyKind } from "../../state/arena/types.ts";
import type { Change } from "../../state/arena/whatIf.ts";
import { NumberField, readField, typed } from "./numberField.tsx";
import { WhatIfResult } from "./whatIfResult.tsx";

const HOURS = [1, 6, 24, 72] as const;
const CHANGES = {
  stop: "Stop it",
  amount: "Another amount",
  strategy: "Another strategy",
  order: "One order by hand",
  nothing: "Nothing, to compare",
} as const;
type ChangeName = keyof typeof CHANGES;

const QUANTITY: Field = { name: "quantity", label: "Quantity", initial: "0.01", min: "0.00001", max: "1000000" };

/** Forks the arena at a moment, changes one thing, and shows both runs. */
export function WhatIf({ view }: { readonly view: ArenaView }): JSX.Element {
  const moment = useSignal<number | null>(null);
  const agent = useSignal(0);
  const change = useSignal<ChangeName>("stop");
  const hours = useSignal<number>(24);
  const kind = useSignal<StrategyKind>("dollarCostAverage");
  const amount = useSignal<string | null>(null);
  const side = useSignal("buy");
  const symbol = useSignal("");
  const size = useSignal(typed(QUANTITY.initial));
  const problem = useSignal("");

  const own = view.agents[agent.value]?.settings ?? view.agents[0]?.settings ?? initialSettings("rebalance");
  const [main] = STRATEGIES[own.kind].fields;
  const amountText = amount.value ?? typed(main?.initial ?? "0");
  const pair = own.pairs.includes(symbol.value) ? symbol.value : (own.pairs[0] ?? "");
  const isWorking = whatIf.value.kind === "working";

  /** The change that is chosen; null if a number is wrong, which is then shown. */
  const read = (): Change | null => {
    problem.value = "";
    if (change.value === "strategy") return { kind: "settings", settings: withStrategy(own, kind.value) };
    if (change.value === "amount" && main !== undefined) {
      const { value, problem: found } = readField(main, amountText);
      problem.value = found;
      if (value === null) return null;
      return { kind: "settings", settings: { ...own, values: { ...own.values, [main.name]: value } } };
    }
    if (change.value === "order") {
      const { value, problem: found } = readField(QUANTITY, size.value);
      problem.value = found;
      if (value === null) return null;
      return { kind: "order", tool: "placeMarketOrder", input: { symbol: pair, side: side.value, quantity: value } };
    }
    return { kind: change.value === "stop" ? "stop" : "nothing" };
  };

  const submit = (event: Event): void => {
    event.preventDefault();
    const chosen = isWorking ? null : read();
    if (chosen === null) return;
    void answer({ moment: moment.peek(), agent: agent.value, change: chosen, hours: hours.value });
  };

  return (
    <section class="card what-if" aria-labelledby="what-if">
      <h2 id="what-if">What if?</h2>
      <p class="hint">
        Forks the exchange and the agent at one moment, changes one thing in the copy, and runs both over the same time.
        The arena itself pauses and stays as it is.
      </p>
      <form onSubmit={submit} noValidate>
        <div class="fields">
          <label class="field">
            From
            <select
              value={moment.value ?? ""}
              onChange={({ currentTarget: { value } }) => {
                moment.value = value === "" ? null : Number(value);
              }}
            >
              <option value="">Now</option>
              {moment.value !== null && !moments.value.includes(moment.value) && (
                <option value={String(moment.value)}>{dateTime(new Date(moment.value))} (no longer kept)</option>
              )}
              {moments.value.toReversed().map((time) => (
                <option key={time} value={String(time)}>
                  {dateTime(new Date(time))}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            Agent
            <select
              value={String(agent.value)}
              onChange={({ currentTarget }) => {
                agent.value = Number(currentTarget.value);
                amount.value = null;
              }}
            >
              {view.agents.map(({ settings: { name } }, index) => (
                <option key={name} value={String(index)}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label class="field">
            Change
            <select
              value={change.value}
              onChange={({ currentTarget }) => {
                change.value = currentTarget.value as ChangeName;
                problem.value = "";
              }}
            >
              {Object.entries(CHANGES).map(([name, title]) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </select>
          </label>
          {change.value === "strategy" && (
            <label class="field">
              Its strategy
              <select
                value={kind.value}
                onChange={({ currentTarget }) => {
                  kind.value = currentTarget.value as StrategyKind;
                }}
              >
                {KINDS.map((one) => (
                  <option key={one} value={one}>
                    {STRATEGIES[one].title}
                  </option>
                ))}
              </select>
            </label>
          )}
          {change.value === "amount" && main !== undefined && (
            <NumberField
              id="what-if-amount"
              field={main}
              text={amountText}
              problem={problem.value}
              onInput={(text) => {
                amount.value = text;
              }}
            />
          )}
          {change.value === "order" && (
            <>
              <label class="field">
                Side
                <select
                  value={side.value}
                  onChange={({ currentTarget }) => {
                    side.value = currentTarget.value;
                  }}
                >
                  <option value="buy">Buy</option>
                  <option value="sell">Sell</option>
                </select>
              </label>
              <label class="field">
                Pair
                <select
                  value={pair}
                  onChange={({ currentTarget }) => {
                    symbol.value = currentTarget.value;
                  }}
                >
                  {own.pairs.map((one) => (
                    <option key={one} value={one}>
                      {one}
                    </option>
                  ))}
                </select>
              </label>
              <NumberField
                id="what-if-quantity"
                field={QUANTITY}
                text={size.value}
                problem={problem.value}
                onInput={(text) => {
                  size.value = text;
                }}
              />
            </>
          )}
          <label class="field">
            For
            <select
              value={String(hours.value)}
              onChange={({ currentTarget }) => {
                hours.value = Number(currentTarget.value);
              }}
            >
              {HOURS.map((one) => (
                <option key={one} value={String(one)}>
                  {count(one)} h
                </option>
              ))}
            </select>
          </label>
        </div>
        <div class="buttons">
          {whatIf.value.kind !== "none" && (
            <button type="button" onClick={cancel}>
              {isWorking ? "Cancel" : "Clear"}
            </button>
          )}
          <button type="submit" class="primary" aria-disabled={isWorking}>
            Run both
          </button>
        </div>
      </form>
      <WhatIfResult />
    </section>
  );
}

/** Another strategy with values that suit it; name, pairs and limits stay. */
function withStrategy(own: AgentSettings, kind: StrategyKind): AgentSettings {
  const { values } = initialSettings(kind);
  return { ...own, kind, values };
}
