import type { JSX } from "preact";
import { keyRefused, traffic } from "../state/calls.ts";
import { link, linkState } from "../state/connection.ts";
import { health, ticks, type Health } from "../state/health.ts";
import { openDialog } from "./connectionDialog.tsx";
import { ageInSeconds } from "./format.ts";

const LABELS: Readonly<Record<Health, string>> = {
  opening: "Opening",
  connected: "Connected",
  recovering: "Recovering",
  stale: "Out of date",
  refused: "Access refused",
  unreachable: "Unreachable",
};

/** What goes on while there is nothing to do but to wait. */
const WAITS: Partial<Readonly<Record<Health, string>>> = {
  opening: "one moment",
  recovering: "failed requests are sent again",
};

/** The state of the data source in one word, and where data comes from. */
export function HealthLabel(): JSX.Element {
  const source = link.value?.kind === "service" ? link.value.name : "embedded exchange";
  return (
    <span>
      {LABELS[health.value]}
      <small>{WAITS[health.value] ?? source}</small>
    </span>
  );
}

/** Shown above every view while something is wrong with the data source: what, how old the figures are, and what to do. */
export function HealthNotice(): JSX.Element {
  const problem = describeOutage(health.value);
  return (
    <div class={problem === null ? "" : "notice"}>
      <span role="status">{problem}</span>
      {problem !== null && (
        <>
          {" "}
          <LastAnswer />{" "}
          <button type="button" class="small" onClick={openDialog}>
            Connection
          </button>
        </>
      )}
    </div>
  );
}

/** Not among what is read aloud: it changes each second. */
function LastAnswer(): JSX.Element | null {
  void ticks.value;
  const { answeredAt } = traffic.value;
  if (answeredAt === null || health.value === "refused") return null;
  return <span>Last answer {ageInSeconds(performance.now() - answeredAt)} ago.</span>;
}

function describeOutage(state: Health): string | null {
  const connection = linkState.value;
  if (state === "refused")
    return `The service does not accept the ${link.value?.credential ?? "key"} (${keyRefused.value ?? ""}). Prices go on; for the account, enter another one.`;
  if (state === "stale")
    return "The service has not answered for ten seconds. Figures are as old as its last answer; the page keeps asking.";
  if (state !== "unreachable") return null;
  if (connection.kind === "failed") return `Not connected: ${connection.message}`;
  return "The service does not respond. Figures are as old as its last answer; the page asks again, less and less often.";
}
