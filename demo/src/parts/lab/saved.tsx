import type { JSX } from "preact";
import type { Strategy } from "agentexchange";
import * as draft from "../../state/lab/draft.ts";
import * as library from "../../state/lab/library.ts";
import { ask } from "../ask.tsx";
import { dateTime } from "../format.ts";
import { Table } from "../table.tsx";

/** Saving the strategy, and those that have been saved. */
export function Saved(): JSX.Element {
  const from = draft.stored.value;
  const known = library.strategies.value;
  const said = library.said.value;
  const blocked = draft.ready.value === null || library.isSaving.value || known === null;
  const unchanged = from !== null && !draft.isChanged.value;
  return (
    <section class="card lab-saved" aria-labelledby="lab-saved">
      <h2 id="lab-saved">Saved strategies</h2>
      <div class="buttons">
        <button
          type="button"
          aria-disabled={blocked || unchanged}
          aria-describedby="lab-save-note"
          onClick={() => {
            if (!blocked && !unchanged) void library.save(false);
          }}
        >
          {from === null ? "Save" : `Save as version ${from.version + 1}`}
        </button>
        {from !== null && (
          <button
            type="button"
            aria-disabled={blocked}
            onClick={() => {
              if (!blocked) void library.save(true);
            }}
          >
            Save as a new one
          </button>
        )}
      </div>
      <p id="lab-save-note" class="hint">
        {from === null
          ? "Not saved yet."
          : unchanged
            ? `Version ${from.version} of “${from.name}”, unchanged.`
            : `Changed since version ${from.version}.`}
        {draft.ready.value === null && " What is wrong must be corrected first."}
      </p>
      <p role="status" class={said?.isGood === false ? "problem" : "hint"}>
        {said?.text}
      </p>
      <Table
        caption="Saved strategies, newest first"
        captionHidden
        rows={known ?? []}
        keyOf={({ strategyId }) => strategyId}
        empty={
          known === null ? "Loading…" : "None yet. Saved strategies stay on the exchange, with all their versions."
        }
        columns={[
          {
            name: "Name",
            cell: ({ name, currentVersion, updatedAt }) => (
              <span class="lab-choose">
                <span>
                  {name}
                  <small>
                    version {currentVersion}, {dateTime(updatedAt)}
                  </small>
                </span>
              </span>
            ),
          },
          { name: "Actions", cell: (strategy) => <Actions strategy={strategy} /> },
        ]}
      />
    </section>
  );
}

function Actions({ strategy }: { readonly strategy: Strategy }): JSX.Element {
  const { name } = strategy;
  return (
    <span class="buttons">
      <button type="button" class="small" aria-label={`Open “${name}”`} onClick={() => void openAfterAsking(strategy)}>
        Open
      </button>
      <button
        type="button"
        class="small"
        aria-label={`Delete “${name}”`}
        onClick={() => void removeAfterAsking(strategy)}
      >
        Delete
      </button>
    </span>
  );
}

async function removeAfterAsking(strategy: Strategy): Promise<void> {
  const { name, currentVersion } = strategy;
  const reasons = [
    currentVersion === 1
      ? "It will no longer be listed."
      : `It and its ${currentVersion} versions will no longer be listed.`,
    "The exchange keeps it as archived.",
  ];
  if (await ask({ title: `Delete “${name}”?`, reasons, action: "Delete" })) await library.remove(strategy);
}

async function openAfterAsking(strategy: Strategy): Promise<void> {
  const loses = draft.stored.peek() !== null && draft.isChanged.peek();
  const question = {
    title: `Open “${strategy.name}”?`,
    reasons: ["The changes in the editor have not been saved."],
    action: "Open",
  };
  if (!loses || (await ask(question))) await library.open(strategy);
}
