import { Decimal } from "agentexchange";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Boundary } from "../parts/boundary.tsx";
import { AgentCard } from "../parts/arena/agentCard.tsx";
import { Controls } from "../parts/arena/controls.tsx";
import { Events } from "../parts/arena/events.tsx";
import { LineUp } from "../parts/arena/lineUp.tsx";
import { Questions } from "../parts/arena/questions.tsx";
import { Ranking } from "../parts/arena/ranking.tsx";
import { WhatIf } from "../parts/arena/whatIf.tsx";
import { EquityChart, type Tone } from "../parts/equityChart.tsx";
import { money } from "../parts/format.ts";
import { ShowCode } from "../parts/showCode.tsx";
import * as run from "../state/arena/run.ts";
import type { ArenaView } from "../state/arena/types.ts";

/** Agents that trade against each other's results, on an exchange whose time one moves. */
export function Agents(): JSX.Element {
  useEffect(() => run.followArena(), []);
  const view = run.view.value;
  return (
    <>
      <div class="title">
        <h1>Agents</h1>
        <p>Bots with a mandate trade on one embedded exchange, each with its own account. You move the time.</p>
      </div>
      <ShowCode name="agents" />
      <Boundary what="The controls">
        <Controls />
      </Boundary>
      <div role="alert">
        {run.phase.value === "failed" && (
          <p class="notice">
            The arena stopped: {run.failure.value}{" "}
            <button type="button" class="small" onClick={() => void run.open()}>
              New run
            </button>
          </p>
        )}
      </div>
      {view === null ? <Empty /> : <Running view={view} />}
      <Boundary what="The line-up">
        <LineUp />
      </Boundary>
      <Boundary what="The questions">
        <Questions />
      </Boundary>
    </>
  );
}

function Empty(): JSX.Element {
  const { agents } = run.settings.signal.value;
  return (
    <p class="empty arena-empty">
      {run.phase.value === "opening"
        ? "Opening the exchange…"
        : `No run yet. Start lets ${agents.map(({ name }) => name).join(", ")} trade; Step runs one decision of each.`}
    </p>
  );
}

function Running({ view }: { readonly view: ArenaView }): JSX.Element {
  const curves = useMemo(
    () =>
      view.agents.map(({ settings: { name }, curve }, index) => ({
        name,
        points: curve,
        tone: (index + 1) as Tone,
      })),
    [view],
  );
  const ends = view.agents.map(({ settings: { name }, equity }) => `${name} ${money(equity)}`).join(", ");
  return (
    <>
      <div class="arena">
        <section class="card" aria-labelledby="equity">
          <h2 id="equity">Equity, USDT</h2>
          <Boundary what="The chart">
            <EquityChart
              curves={curves}
              label={`Equity of all agents: ${ends}`}
              format={(value) => money(new Decimal(value))}
              height={300}
            />
          </Boundary>
        </section>
        <Boundary what="The list of events">
          <Events view={view} />
        </Boundary>
        <Boundary what="The ranking">
          <Ranking view={view} />
        </Boundary>
      </div>
      <Boundary what="The list of agents">
        <ul class="traders" aria-label="Agents">
          {view.agents.map((agent, index) => (
            <AgentCard key={agent.settings.name} agent={agent} index={index} />
          ))}
        </ul>
      </Boundary>
      <Boundary what="The what-if">
        <WhatIf view={view} />
      </Boundary>
    </>
  );
}
