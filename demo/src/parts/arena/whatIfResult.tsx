import { Decimal } from "agentexchange";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { EquityChart } from "../equityChart.tsx";
import { count, dateTime, money, percent, price, signedMoney } from "../format.ts";
import { Details } from "../details.tsx";
import { Table, type Column } from "../table.tsx";
import { whatIf } from "../../state/arena/compare.ts";
import type { Comparison } from "../../state/arena/whatIf.ts";
import { describeEvent } from "./events.tsx";
import type { ArenaEvent } from "../../state/arena/types.ts";

/** Orders that are listed of each run. */
const LISTED = 50;

interface Difference {
  readonly run: string;
  readonly event: ArenaEvent;
}

const COLUMNS: readonly Column<Difference>[] = [
  { name: "Time", cell: ({ event }) => dateTime(new Date(event.time)) },
  { name: "Only in", cell: ({ run }) => run },
  { name: "What", cell: ({ event }) => describeEvent(event) },
  { name: "Price", numeric: true, cell: ({ event }) => price(new Decimal(event.price ?? "0")) },
];

/** The result of the comparison, its progress, or why it failed. */
export function WhatIfResult(): JSX.Element {
  const state = whatIf.value;
  return (
    <>
      <div role="status">
        {state.kind === "working" && <p>Running both…</p>}
        {state.kind === "failed" && <p class="problem">{state.message}</p>}
        {state.kind === "done" && <p class="verdict">{describe(state.comparison)}</p>}
      </div>
      {state.kind === "working" && <progress max={1} value={state.share} aria-label="Progress of both runs" />}
      {state.kind === "done" && <Result comparison={state.comparison} />}
    </>
  );
}

/** The difference in words. */
function describe(comparison: Comparison): string {
  const { agent, from, until, originalEquity, changedEquity, isIdentical, refusal } = comparison;
  const hours = `${count(Math.round((until - from) / 3_600_000))} h`;
  const refused = refusal === null ? "" : `The order was refused: ${refusal} `;
  if (isIdentical) return `${refused}Both runs are identical after ${hours}: the same orders, the same equity.`;
  const difference = changedEquity.minus(originalEquity);
  const part = percent(difference.div(originalEquity).times(100));
  if (difference.isZero()) return `${refused}After ${hours}, ${agent} has the same equity, with other orders.`;
  const direction = difference.isPositive() ? "more" : "less";
  return `${refused}After ${hours}, ${agent} has ${money(difference.abs())} USDT ${direction} with the change (${part}).`;
}

function Result({ comparison }: { readonly comparison: Comparison }): JSX.Element {
  const { from, original, changed, originalEquity, changedEquity, originalFills, changedFills } = comparison;
  const { onlyOriginal, onlyChanged } = comparison;
  const curves = useMemo(
    () =>
      [
        { name: "As it was", points: original, tone: 1 },
        { name: "With the change", points: changed, tone: 2 },
      ] as const,
    [comparison],
  );
  const marks = useMemo(() => [{ time: from, text: "Fork" }], [comparison]);
  const rows = [
    ...onlyOriginal.slice(0, LISTED).map((event) => ({ run: "as it was", event })),
    ...onlyChanged.slice(0, LISTED).map((event) => ({ run: "with the change", event })),
  ].toSorted((one, other) => one.event.time - other.event.time);
  const left = onlyOriginal.length + onlyChanged.length - rows.length;
  return (
    <>
      <EquityChart
        curves={curves}
        marks={marks}
        label={`Equity as it was, ${money(originalEquity)} USDT at the end, and with the change, ${money(changedEquity)} USDT`}
        format={(value) => money(new Decimal(value))}
      />
      <dl class="summary">
        <div>
          <dt>As it was</dt>
          <dd>{money(originalEquity)} USDT</dd>
        </div>
        <div>
          <dt>With the change</dt>
          <dd>{money(changedEquity)} USDT</dd>
        </div>
        <div>
          <dt>Difference</dt>
          <dd>{signedMoney(changedEquity.minus(originalEquity))} USDT</dd>
        </div>
        <div>
          <dt>Fills</dt>
          <dd>
            {count(originalFills)} and {count(changedFills)}
          </dd>
        </div>
      </dl>
      <Details label={`Orders that differ (${count(onlyOriginal.length + onlyChanged.length)})`}>
        <Table
          caption="Fills that only one of the runs has"
          captionHidden
          columns={COLUMNS}
          rows={rows}
          keyOf={({ run, event }) => `${run} ${event.id}`}
          empty="None."
        />
        {left > 0 && <p class="hint">And {count(left)} more.</p>}
      </Details>
    </>
  );
}
