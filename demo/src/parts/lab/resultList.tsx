import type { JSX } from "preact";
import { backtests } from "../../state/lab/library.ts";
import * as results from "../../state/lab/results.ts";
import { Change } from "../change.tsx";
import { count, percent, shortDay } from "../format.ts";
import { Table } from "../table.tsx";

/** The backtests of the account; one or two of them are shown below. */
export function ResultList(): JSX.Element {
  const known = backtests.value;
  const chosen = results.chosen.value;
  return (
    <section class="card" aria-labelledby="lab-results">
      <h2 id="lab-results">Results</h2>
      <Table
        caption="Backtests, newest first"
        captionHidden
        rows={known ?? []}
        keyOf={({ sessionId }) => sessionId}
        empty={known === null ? "Loading…" : "No backtest yet. Run one: its figures, curves and trades appear here."}
        columns={[
          {
            name: "Show",
            cell: ({ sessionId, strategyLabel, pairs, startTime, endTime, status }) => (
              <label class="lab-choose">
                <input
                  type="checkbox"
                  checked={chosen.includes(sessionId)}
                  onChange={() => results.toggle(sessionId)}
                />
                <span>
                  {strategyLabel}
                  <small>
                    {MARKS[status] ?? ""}
                    {status}: {pairs?.map((pair) => pair.replace(/USDT$/, "")).join(", ") ?? "All pairs"},{" "}
                    {shortDay(startTime)} – {shortDay(endTime)}
                  </small>
                </span>
              </label>
            ),
          },
          { name: "Trades", numeric: true, cell: ({ totalTrades }) => count(totalTrades) },
          {
            name: "Return",
            numeric: true,
            cell: ({ roiPct }) => (roiPct === null ? "–" : <Change value={roiPct} text={percent(roiPct)} />),
          },
        ]}
      />
      {known !== null && known.length > 1 && <p class="hint">Choose two to compare them.</p>}
    </section>
  );
}

const MARKS: Readonly<Record<string, string>> = { completed: "✓ ", cancelled: "■ ", failed: "✕ ", running: "◐ " };
