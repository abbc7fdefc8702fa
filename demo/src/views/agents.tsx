import type { JSX } from "preact";
import { count, milliseconds } from "../parts/format.ts";
import { WithAccount } from "../parts/withAccount.tsx";
import * as agentState from "../state/agents.ts";
import { link } from "../state/connection.ts";
import { Latency } from "./board.tsx";

const STATES: Readonly<Record<agentState.AgentState, string>> = {
  idle: "○ Idle",
  working: "◐ Working",
  done: "✓ Done",
  failed: "✕ Failed",
};

/** Five agents that share one client. */
export function Agents(): JSX.Element {
  const working = agentState.agents.value.some(({ state }) => state === "working");
  const sum = agentState.agents.value.reduce((all, { duration }) => all + (duration ?? 0), 0);
  return (
    <>
      <div class="title">
        <h1>Agents</h1>
        <p>Five concurrent tasks on one client: one shared rate limit, no login, no queueing behind each other.</p>
      </div>
      <WithAccount>
        <div class="run">
          <button
            type="button"
            class="primary"
            aria-disabled={working || link.value === null}
            onClick={() => void agentState.runAgents()}
          >
            {working ? "Working…" : "Run all five"}
          </button>
          {link.value?.kind !== "service" && <Latency id="agents-latency" />}
          <p role="status">
            {agentState.runDuration.value !== null && (
              <>
                <strong>{milliseconds(agentState.runDuration.value)}</strong> for {count(agentState.requestCount.value)}{" "}
                requests; their times add up to {milliseconds(sum)}.
              </>
            )}
          </p>
        </div>
        <ul class="agents">
          {agentState.agents.value.map(({ task, state, answer, duration }) => (
            <li key={task.name} class="card agent" data-state={state}>
              <h2>{task.name}</h2>
              <p class="state">{STATES[state]}</p>
              <p>{task.question}</p>
              <p>
                <code>{task.call}</code>
              </p>
              <p class="answer">{answer}</p>
              <p class="hint">{duration === null ? "" : `after ${milliseconds(duration)}`}</p>
            </li>
          ))}
        </ul>
      </WithAccount>
    </>
  );
}
