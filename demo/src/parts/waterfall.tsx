import type { JSX } from "preact";
import type { Trip } from "../state/calls.ts";
import type { Round } from "../state/board.ts";
import { milliseconds } from "./format.ts";
import { Figures, Table } from "./table.tsx";

const PHASES = [
  ["queued", "Queued"],
  ["limited", "Waiting for limiter or retry"],
  ["wire", "On the wire"],
  ["decoding", "Decoding"],
] as const;

interface Bar {
  readonly key: string;
  readonly label: string;
  readonly trip: Trip;
  /** Milliseconds of each phase, in the order of {@link PHASES}. */
  readonly phases: readonly [number, number, number, number];
}

function barOf(trip: Trip, start: number, index: number): Bar {
  const { began, sent, arrived, over } = trip;
  const symbol = trip.path.split("/").at(-1) ?? "";
  const call = trip.name === "getPrice" ? "price" : "ticker";
  const label = `${symbol} ${call}${trip.attempt > 1 ? `, try ${trip.attempt}` : ""}`;
  return {
    key: `${index} ${label}`,
    label,
    trip,
    phases: [began - start, sent - began, arrived - sent, over - arrived],
  };
}

/** One bar a request on a common axis of time. */
export function Waterfall({ round, scale }: { readonly round: Round; readonly scale: number }): JSX.Element {
  const bars = round.trips.toSorted((a, b) => a.sent - b.sent).map((trip, index) => barOf(trip, round.start, index));
  const span = Math.max(scale, ...bars.map(({ trip }) => trip.over - round.start), 1);
  const share = (ms: number): string => `${Math.max(0, (ms / span) * 100)}%`;
  const text = `${bars.length} requests, ${round.mode === "together" ? "all at once" : "one symbol after the other"}: ${milliseconds(round.took)} in all.`;
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
        aria-label={`Waterfall of the last snapshot. ${text}`}
        data-dense={bars.length > 24}
      >
        {bars.map(({ key, label, trip, phases }) => (
          <div class="trip" key={key} data-failed={trip.code !== null}>
            <span class="label">{label}</span>
            <span class="track">
              {PHASES.map(([phase], index) => (
                <i key={phase} class={phase} style={{ width: share(phases[index] ?? 0) }} />
              ))}
            </span>
            <span class="took">{trip.code ?? milliseconds(trip.over - trip.began)}</span>
          </div>
        ))}
        <div class="axis">
          <span>0</span>
          <span>{milliseconds(span / 2)}</span>
          <span>{milliseconds(span)}</span>
        </div>
      </div>
      <Figures label="The requests as a table">
        <Table
          caption="Requests of the last snapshot"
          quiet
          rows={bars}
          keyOf={({ key }) => key}
          empty="No request yet."
          columns={[
            { name: "Request", cell: ({ label }) => label },
            ...PHASES.map(([, name], index) => ({
              name,
              figures: true,
              cell: ({ phases }: Bar) => milliseconds(Math.max(0, phases[index] ?? 0)),
            })),
            { name: "Result", cell: ({ trip }) => trip.code ?? "fine" },
          ]}
        />
      </Figures>
    </>
  );
}
