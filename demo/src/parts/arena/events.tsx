import { Decimal } from "agentexchange";
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Exact } from "../exact.tsx";
import { count, dateTime, price, quantity } from "../format.ts";
import { Table, type Column } from "../table.tsx";
import type { ArenaEvent, ArenaView, Call } from "../../state/arena/types.ts";
import { OUTCOMES } from "./agentCard.tsx";

/** Lines that are shown; the engine keeps a few more. */
const SHOWN = 60;

/** Side, quantity and pair; for a refusal how often. */
export const describeEvent = ({ kind, side, quantity: size, symbol, times }: ArenaEvent): string => {
  const what = `${side === "buy" ? "buy" : "sell"} ${size === "" ? "" : quantity(new Decimal(size))} ${symbol}`;
  return kind === "fill" ? what : `✕ refused${times > 1 ? ` ${count(times)} times` : ""}: ${what}`;
};

/** What the agents did, newest first. A line opens the call that made it. */
export function Events({ view }: { readonly view: ArenaView }): JSX.Element {
  const opened = useSignal<ArenaEvent | null>(null);
  // While somebody is in the list it stands still, so that no line moves away under the finger or the focus.
  const frozen = useSignal<readonly ArenaEvent[] | null>(null);
  const rows = frozen.value ?? view.events.slice(0, SHOWN);
  const nameOf = ({ agent }: ArenaEvent): string => view.agents[agent]?.settings.name ?? "";
  const columns: readonly Column<ArenaEvent>[] = [
    {
      name: "Time",
      cell: (event) => (
        <button
          type="button"
          class="link"
          aria-haspopup="dialog"
          aria-label={`${dateTime(new Date(event.time))}, ${nameOf(event)}, ${describeEvent(event)}: show the call`}
          onClick={() => {
            opened.value = event;
          }}
        >
          {dateTime(new Date(event.time))}
        </button>
      ),
    },
    {
      name: "Agent",
      cell: (event) => (
        <span class="mark" data-tone={event.agent + 1}>
          {nameOf(event)}
        </span>
      ),
    },
    {
      name: "What",
      cell: (event) => (
        <span class="what" data-kind={event.kind}>
          {describeEvent(event)}
          {event.price !== null && ` at ${price(new Decimal(event.price))}`}
        </span>
      ),
    },
  ];
  return (
    <section
      class="card events"
      aria-labelledby="events"
      onFocusCapture={() => {
        frozen.value ??= view.events.slice(0, SHOWN);
      }}
      onBlurCapture={(event) => {
        if (opened.peek() === null && !event.currentTarget.contains(event.relatedTarget as Node | null))
          frozen.value = null;
      }}
    >
      <div class="head">
        <h2 id="events">Fills</h2>
        <p class="hint">{frozen.value === null ? "Open a line for its call." : "Stands still while you are here."}</p>
      </div>
      <Table
        caption="Fills and refusals, newest first"
        captionHidden
        columns={columns}
        rows={rows}
        keyOf={({ id, kind }) => `${kind} ${id}`}
        empty="No fills yet."
      />
      <CallDialog
        event={opened.value}
        name={opened.value === null ? "" : nameOf(opened.value)}
        onClose={() => {
          opened.value = null;
        }}
      />
    </section>
  );
}

interface CallDialogProps {
  readonly event: ArenaEvent | null;
  readonly name: string;
  readonly onClose: () => void;
}

/** The call behind a fill. When it closes, the focus returns to the line. */
function CallDialog({ event, name, onClose }: CallDialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (event === null) dialog.current?.close();
    else if (dialog.current?.open === false) dialog.current.showModal();
  }, [event]);
  return (
    <dialog
      ref={dialog}
      class="ask call"
      aria-labelledby="call-title"
      onClose={onClose}
      onClick={({ target }) => {
        if (target === dialog.current) onClose();
      }}
    >
      {event !== null && (
        <>
          <h2 id="call-title">
            {name}: {describeEvent(event)}
          </h2>
          {event.kind === "fill" && (
            <p>
              Filled {dateTime(new Date(event.time))} at {price(new Decimal(event.price ?? "0"))} USDT, fee{" "}
              <Exact value={new Decimal(event.fee ?? "0")} unit="USDT" /> USDT.
            </p>
          )}
          {event.call === null ? <p>The call that made it is no longer kept.</p> : <CallFacts call={event.call} />}
          <div class="buttons">
            <button type="button" class="primary" autofocus onClick={onClose}>
              Close
            </button>
          </div>
        </>
      )}
    </dialog>
  );
}

function CallFacts({ call }: { readonly call: Call }): JSX.Element {
  const { time, method, input, reason, outcome, answer, request } = call;
  return (
    <dl class="facts">
      <dt>Called</dt>
      <dd>
        {dateTime(new Date(time))}, {OUTCOMES[outcome]}
      </dd>
      <dt>Why</dt>
      <dd>{reason}</dd>
      <dt>Call</dt>
      <dd>
        <pre tabIndex={0} aria-label="The call">{`${method}(${JSON.stringify(input, null, 2)})`}</pre>
      </dd>
      <dt>Request</dt>
      <dd>
        {request === null ? "None: it was refused before it was sent." : `${request.line} → ${String(request.status)}`}
      </dd>
      <dt>Answer</dt>
      <dd>
        <pre tabIndex={0} aria-label="The answer">
          {pretty(answer)}
        </pre>
      </dd>
    </dl>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
