import type { JSX } from "preact";
import { count, milliseconds } from "../parts/format.ts";
import { WithAccount } from "../parts/noAccount.tsx";
import * as fleet from "../state/agents.ts";
import { link } from "../state/connection.ts";
import { Latency } from "./board.tsx";

const STATES: Readonly<Record<fleet.AgentState, string>> = {
  idle: "○ Idle",
  working: "◐ Working",
  done: "✓ Done",
  failed: "✕ Failed",
};

/** Five agents that work at the same time on one client. */
export function Agents(): JSX.Element {
  const working = fleet.agents.value.some(({ state }) => state === "working");
  const sum = fleet.agents.value.reduce((all, { took }) => all + (took ?? 0), 0);
  return (
    <>
      <div class="title">
        <h1>Agents</h1>
        <p>Five tasks at the same time, on one client: one budget of requests, no login, no waiting for each other.</p>
      </div>
      <WithAccount>
        <div class="run">
          <button
            type="button"
            class="primary"
            aria-disabled={working || link.value === null}
            onClick={() => void fleet.runAgents()}
          >
            {working ? "Working…" : "Let all five work"}
          </button>
          {link.value?.kind !== "service" && <Latency id="agents-latency" />}
          <p role="status">
            {fleet.together.value !== null && (
              <>
                <strong>{milliseconds(fleet.together.value)}</strong> for {count(fleet.requests.value)} requests; their
                times add up to {milliseconds(sum)}.
              </>
            )}
          </p>
        </div>
        <ul class="agents">
          {fleet.agents.value.map(({ task, state, answer, took }) => (
            <li key={task.name} class="card agent" data-state={state}>
              <h2>{task.name}</h2>
              <p class="state">{STATES[state]}</p>
              <p>{task.question}</p>
              <p>
                <code>{task.call}</code>
              </p>
              <p class="answer">{answer}</p>
              <p class="hint">{took === null ? "" : `after ${milliseconds(took)}`}</p>
            </li>
          ))}
        </ul>
      </WithAccount>
    </>
  );
}
