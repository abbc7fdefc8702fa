import type { JSX } from "preact";
import type { RequestTiming } from "../state/calls.ts";
import type { Round } from "../state/board.ts";
import { milliseconds } from "./format.ts";
import { DataTable, Table } from "./table.tsx";

const PHASES = [
  ["queued", "Queued"],
  ["limited", "Rate limit or retry delay"],
  ["wire", "In flight"],
  ["decoding", "Decoding"],
] as const;

interface Bar {
  readonly key: string;
  readonly label: string;
  readonly request: RequestTiming;
  /** Milliseconds of each phase, in the order of {@link PHASES}. */
  readonly phases: readonly [number, number, number, number];
}

function toBar(request: RequestTiming, start: number, index: number): Bar {
  const { queuedAt, sentAt, respondedAt, completedAt } = request;
  const symbol = request.path.split("/").at(-1) ?? "";
  const call = request.name === "getPrice" ? "price" : "ticker";
  const label = `${symbol} ${call}${request.attempt > 1 ? `, attempt ${request.attempt}` : ""}`;
  return {
    key: `${index} ${label}`,
    label,
    request,
    phases: [queuedAt - start, sentAt - queuedAt, respondedAt - sentAt, completedAt - respondedAt],
  };
}

/** One bar per request on a shared time axis. */
export function Waterfall({ round, scale }: { readonly round: Round; readonly scale: number }): JSX.Element {
  const bars = round.requests
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .map((request, index) => toBar(request, round.start, index));
  const span = Math.max(scale, ...bars.map(({ request }) => request.completedAt - round.start), 1);
  const share = (ms: number): string => `${Math.max(0, (ms / span) * 100)}%`;
  const summary = `${bars.length} requests, ${round.mode === "concurrent" ? "concurrently" : "one symbol after another"}: ${milliseconds(round.duration)} in total.`;
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
        {bars.map(({ key, label, request, phases }) => (
          <div class="request" key={key} data-failed={request.code !== null}>
            <span class="label">{label}</span>
            <span class="track">
              {PHASES.map(([phase], index) => (
                <i key={phase} class={phase} style={{ width: share(phases[index] ?? 0) }} />
              ))}
            </span>
            <span class="duration">{request.code ?? milliseconds(request.completedAt - request.queuedAt)}</span>
          </div>
        ))}
        <div class="axis">
          <span>0</span>
          <span>{milliseconds(span / 2)}</span>
          <span>{milliseconds(span)}</span>
        </div>
      </div>
      <DataTable label="Requests as a table">
        <Table
          caption="Requests of the last snapshot"
          captionHidden
          rows={bars}
          keyOf={({ key }) => key}
          empty="No requests yet."
          columns={[
            { name: "Request", cell: ({ label }) => label },
            ...PHASES.map(([, name], index) => ({
              name,
              numeric: true,
              cell: ({ phases }: Bar) => milliseconds(Math.max(0, phases[index] ?? 0)),
            })),
            { name: "Result", cell: ({ request }) => request.code ?? "OK" },
          ]}
        />
      </DataTable>
    </>
  );
}
