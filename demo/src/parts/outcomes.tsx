import type { JSX } from "preact";
import * as sentOrders from "../state/sentOrders.ts";
import { ExportTrades } from "./exportTrades.tsx";

const STATES: Readonly<Record<sentOrders.OutcomeState, string>> = {
  sending: "Sending",
  placed: "✓ Placed",
  refused: "✕ Rejected",
  failed: "✕ Not sent",
  checking: "? Unknown, checking",
  absent: "✕ Not found",
  unknown: "? Unknown",
};

/** Orders sent lately, and what is known of them. */
export function Outcomes(): JSX.Element {
  return (
    <section class="panel outcomes" aria-labelledby="outcomes">
      <h2 id="outcomes">Recent results</h2>
      <div class="log" role="log" aria-labelledby="outcomes" tabIndex={0}>
        {sentOrders.outcomes.value.length === 0 && <p class="empty">No orders sent yet.</p>}
        {sentOrders.outcomes.value.map(({ id, title, state, message, hint, searchAgain: again, undo }) => (
          <div key={id} class="outcome" data-state={state}>
            <p>
              <strong>{STATES[state]}</strong> {title}
            </p>
            <p>{message}</p>
            {hint !== null && <p class="hint">{hint}</p>}
            {again !== null && (
              <button type="button" class="small" onClick={again}>
                Search again
              </button>
            )}
            {undo !== null && (
              <button type="button" class="small" onClick={undo}>
                Cancel this order
              </button>
            )}
          </div>
        ))}
      </div>
      <div class="all-trades">
        <span class="hint">All trades:</span>
        <ExportTrades />
      </div>
    </section>
  );
}
