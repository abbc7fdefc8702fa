import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { drawdownOf, returnsOf } from "../../state/lab/figures.ts";
import * as state from "../../state/lab/results.ts";
import { EquityChart, type Curve } from "../equityChart.tsx";
import { count, dateTime, money, ratio, shortDay } from "../format.ts";
import { Details } from "../details.tsx";
import { Table } from "../table.tsx";
import { Figures } from "./figuresView.tsx";
import { Trades } from "./trades.tsx";

/** The results that were chosen: figures, curves and trades of one, or of two side by side. */
export function ResultView(): JSX.Element {
  const shown = state.shown.value;
  const failed = shown.find(({ loaded }) => loaded.state === "failed");
  const results = shown.flatMap(({ loaded }) => (loaded.state === "loaded" ? loaded.value : []));
  if (shown.length === 0) return <></>;
  if (failed?.loaded.state === "failed")
    return (
      <section class="card" aria-label="Result">
        <p class="problem" role="alert">
          The result could not be loaded: {failed.loaded.message}
        </p>
        <button type="button" onClick={() => void state.load(failed.id)}>
          Load it again
        </button>
      </section>
    );
  if (results.length < shown.length) return <p class="empty">Loading the result…</p>;
  return <Shown results={results} />;
}

function Shown({ results }: { readonly results: readonly state.Result[] }): JSX.Element {
  const names = namesOf(results);
  const named = results.map((result, index) => ({ name: names[index] ?? "", result }));
  const first = results[0];
  if (first === undefined) return <></>;
  return (
    <div class="lab-result">
      <section class="card" aria-labelledby="lab-figures">
        <h2 id="lab-figures">{names.length === 1 ? names[0] : `${names.join(" and ")}, compared`}</h2>
        <p class="hint">
          {results.map(({ results: one }, index) => describe(one, names[index] ?? "", names.length > 1)).join(" ")}
        </p>
        <Figures of={named} />
      </section>
      <Curves results={results} names={names} />
      {named.map(({ name, result }) => (
        <Trades key={result.results.sessionId} result={result} name={names.length > 1 ? name : ""} />
      ))}
    </div>
  );
}

/** The labels, with A and B in front if there are two. */
function namesOf(results: readonly state.Result[]): readonly string[] {
  return results.map(({ results: { config } }, index) =>
    results.length === 1 ? config.strategyLabel : `${"AB".charAt(index)}: ${config.strategyLabel}`,
  );
}

function describe({ config, status }: state.Result["results"], name: string, isNamed: boolean): string {
  const period = `${shortDay(config.startTime)} to ${shortDay(config.endTime)}`;
  const ended = status === "completed" ? "" : ` It was ${status}, so most figures are missing.`;
  return `${isNamed ? `${name}: ` : ""}${config.pairs.join(", ")}, ${period}, starting with ${money(config.startingBalance)} USDT.${ended}`;
}

const TONES = [1, 2] as const;

function Curves({
  results,
  names,
}: {
  readonly results: readonly state.Result[];
  readonly names: readonly string[];
}): JSX.Element {
  const equity = useMemo(
    () =>
      results.map(({ curve, results: { config } }, index): Curve => ({
        name: names[index] ?? "",
        points: returnsOf(curve, config.startingBalance),
        tone: TONES[index] ?? 1,
      })),
    [results, names.join()],
  );
  const drawdown = useMemo(
    () =>
      results.map(({ curve }, index): Curve => ({
        name: names[index] ?? "",
        points: drawdownOf(curve),
        tone: TONES[index] ?? 1,
      })),
    [results, names.join()],
  );
  const ends = equity.map(({ name, points }) => `${name} ends at ${ratio(points.at(-1)?.value ?? 0)}`).join(", ");
  const deepest = drawdown
    .map(({ name, points }) => `${name} ${ratio(points.reduce((low, { value }) => Math.min(low, value), 0))}`)
    .join(", ");
  return (
    <section class="card" aria-labelledby="lab-curves">
      <h2 id="lab-curves">Equity and drawdown</h2>
      <h3>Return on the starting balance</h3>
      <EquityChart curves={equity} format={ratio} label={`Return since the start. ${ends}.`} />
      <h3>Drawdown from the highest equity so far</h3>
      <EquityChart curves={drawdown} format={ratio} height={130} label={`Drawdown. At the deepest: ${deepest}.`} />
      {results.map(({ curve }, index) => (
        <Details key={names[index]} label={`Equity${names.length > 1 ? ` of ${names[index] ?? ""}` : ""} as a table`}>
          <Table
            caption="Equity"
            captionHidden
            rows={everyNth(curve)}
            keyOf={({ simulatedAt }) => simulatedAt.toISOString()}
            empty="No points."
            columns={[
              { name: "Time", cell: ({ simulatedAt }) => dateTime(simulatedAt) },
              { name: "Equity, USDT", numeric: true, cell: ({ totalEquity }) => money(totalEquity) },
              { name: "Cash, USDT", numeric: true, cell: ({ availableCash }) => money(availableCash) },
              { name: "Positions, USDT", numeric: true, cell: ({ positionValue }) => money(positionValue) },
            ]}
          />
          <p class="hint">{curve.length > ROWS && `${count(ROWS)} of ${count(curve.length)} points.`}</p>
        </Details>
      ))}
    </section>
  );
}

const ROWS = 50;

/** Few enough points for a table, the first and the last among them; of several at one time the last. */
function everyNth<Item extends { readonly simulatedAt: Date }>(all: readonly Item[]): readonly Item[] {
  const step = Math.max(1, (all.length - 1) / (ROWS - 1));
  const picked = Array.from({ length: Math.min(ROWS, all.length) }, (_, index) => all[Math.round(index * step)]);
  return [
    ...new Map(picked.flatMap((item) => (item === undefined ? [] : [[item.simulatedAt.getTime(), item]]))).values(),
  ];
}
