import type { JSX } from "preact";
import { count, milliseconds } from "../format.ts";
import { Latency } from "../latency.tsx";
import { WithAccount } from "../withAccount.tsx";
import * as agentState from "../../state/agents.ts";
import { link } from "../../state/connection.ts";

const STATES: Readonly<Record<agentState.AgentState, string>> = {
  idle: "○ Idle",
  working: "◐ Working",
  done: "✓ Done",
  failed: "✕ Failed",
};

/** Five questions at once on one client. */
export function Questions(): JSX.Element {
  const working = agentState.agents.value.some(({ state }) => state === "working");
  const sum = agentState.agents.value.reduce((all, { duration }) => all + (duration ?? 0), 0);
  return (
    <section class="questions" aria-labelledby="questions">
      <h2 id="questions">Five questions at once</h2>
      <p class="hint">
        Five concurrent tasks on one client: one shared rate limit, no login, no queueing behind each other.
      </p>
      <WithAccount>
        <div class="run">
          <button
            type="button"
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
              <h3>{task.name}</h3>
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
    </section>
  );
}
