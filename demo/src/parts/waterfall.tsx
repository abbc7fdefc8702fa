import type { JSX } from "preact";
import type { RequestTiming } from "../state/calls.ts";
import type { Round } from "../state/board.ts";
import { count, milliseconds } from "./format.ts";
import { Details } from "./details.tsx";
import { Lazy } from "./lazy.tsx";

export const PHASES = [
  ["queued", "Queued"],
  ["limited", "Rate limit or retry delay"],
  ["wire", "In flight"],
  ["decoding", "Decoding"],
] as const;

export interface Bar {
  readonly label: string;
  readonly request: RequestTiming;
  /** Milliseconds of each phase, in the order of {@link PHASES}. */
  readonly phases: readonly [number, number, number, number];
}

function toBar(request: RequestTiming, start: number): Bar {
  const { queuedAt, sentAt, respondedAt, completedAt } = request;
  const symbol = request.path.split("/").at(-1) ?? "";
  const call = request.name === "getPrice" ? "price" : "ticker";
  const label = `${symbol} ${call}${request.attempt > 1 ? `, attempt ${count(request.attempt)}` : ""}`;
  return {
    label,
    request,
    phases: [queuedAt - start, sentAt - queuedAt, respondedAt - sentAt, completedAt - respondedAt],
  };
}

/** The requests in the order in which they were sent. */
export const toBars = ({ requests, start }: Round): readonly Bar[] =>
  requests.toSorted((a, b) => a.sentAt - b.sentAt).map((request) => toBar(request, start));

const loadTable = (): Promise<() => JSX.Element> =>
  import("./boardTables.tsx").then(({ RequestTable }) => RequestTable);

/** One bar per request on a shared time axis. */
export function Waterfall({ round, scale }: { readonly round: Round; readonly scale: number }): JSX.Element {
  const bars = toBars(round);
  const span = Math.max(scale, ...bars.map(({ request }) => request.completedAt - round.start), 1);
  const share = (ms: number): string => `${Math.max(0, (ms / span) * 100)}%`;
  const summary = `${count(bars.length)} requests, ${round.mode === "concurrent" ? "concurrently" : "one symbol after another"}: ${milliseconds(round.duration)} in total.`;
  return (
    <>
      <ul class="phases" aria-hidden="true">
        {PHASES.map(([phase, name]) => (
          <li key={phase} class={phase}>
            {name}
          </li>
        ))}
      </ul>
      <div
        class="waterfall"
        role="img"
        aria-label={`Waterfall of the last snapshot. ${summary}`}
        data-dense={bars.length > 24}
      >
        {bars.map(({ label, request, phases }) => (
          <div class="request" key={request.id} data-failed={request.code !== null}>
            <span class="label">{label}</span>
            <span class="track">
              {PHASES.map(([phase], index) => (
                <i key={phase} class={phase} style={{ width: share(phases[index] ?? 0) }} />
              ))}
            </span>
            {/* The code of a failure is in the table: here it would not fit. */}
            <span class="duration">
              {request.code === null ? milliseconds(request.completedAt - request.queuedAt) : "failed"}
            </span>
          </div>
        ))}
        <div class="axis">
          <span>{count(0)}</span>
          <span>{milliseconds(span / 2)}</span>
          <span>{milliseconds(span)}</span>
        </div>
      </div>
      <Details label="Requests as a table">
        <Lazy load={loadTable} />
      </Details>
    </>
  );
}
