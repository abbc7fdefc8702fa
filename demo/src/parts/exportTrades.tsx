import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { cancelExport, exportState, exportTrades, type ExportFormat, type ExportState } from "../state/exportTrades.ts";
import { count } from "./format.ts";

/** Saves all trades of the account as a file. */
export function ExportTrades(): JSX.Element {
  const first = useRef<HTMLButtonElement>(null);
  const state = exportState.value;
  const isReading = state.kind === "reading";
  useEffect(() => {
    // What an earlier visit of the view did is old news.
    if (!isReading) exportState.value = { kind: "idle" };
    return cancelExport;
  }, []);
  const start = (format: ExportFormat): void => {
    if (!isReading) void exportTrades(format, saveFile);
  };
  return (
    <div class="export" role="group" aria-label="Export of all trades">
      <button ref={first} type="button" class="small" aria-disabled={isReading} onClick={() => start("csv")}>
        Export CSV
      </button>
      <button type="button" class="small" aria-disabled={isReading} onClick={() => start("json")}>
        Export JSON
      </button>
      {isReading && (
        <button
          type="button"
          class="small"
          onClick={() => {
            cancelExport();
            // This button is about to disappear.
            first.current?.focus();
          }}
        >
          Cancel the export
        </button>
      )}
      <span class={state.kind === "failed" ? "problem" : "hint"} role="status">
        {describe(state)}
      </span>
    </div>
  );
}

function describe(state: ExportState): string {
  if (state.kind === "idle") return "";
  if (state.kind === "reading")
    return state.count === 0 ? "Reading…" : `Reading; more than ${count(state.count - 1)} trades…`;
  if (state.kind === "saved") return `Saved ${count(state.count)} trades as ${state.name}.`;
  return state.kind === "cancelled" ? "Cancelled; nothing was saved." : `Not exported: ${state.message}`;
}

function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // Some browsers read the blob only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
