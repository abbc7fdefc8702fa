import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Side } from "agentexchange";
import { money, percent, price, quantity } from "../parts/format.ts";
import { WithAccount } from "../parts/noAccount.tsx";
import { OpenOrders } from "../parts/openOrders.tsx";
import { PairField } from "../parts/pairField.tsx";
import { route } from "../route.ts";
import { balances, followAccount } from "../state/account.ts";
import { link } from "../state/connection.ts";
import * as ticket from "../state/ticket.ts";

/** The ticket, what would come of it, and what came of those before. */
export function Trade(): JSX.Element {
  useEffect(() => followAccount(), []);
  // Tried again with every change, and when the price or the account moves.
  useSignalEffect(() => {
    void [ticket.draft.value, ticket.lastPrice.value, balances.value];
    void ticket.updatePreview();
  });
  return (
    <>
      <div class="title">
        <h1>Order ticket</h1>
        <p>
          {link.value?.kind === "service"
            ? "Costs are estimated here; the service decides."
            : "Every order is tried on a copy of the exchange before you send it."}
        </p>
      </div>
      <WithAccount>
        <div class="trade">
          <Ticket />
          <div class="column">
            <BeforeSending />
            <Outcomes />
          </div>
          <OpenOrders />
        </div>
      </WithAccount>
    </>
  );
}

const SIDES: readonly Side[] = ["buy", "sell"];
const SHARES = [10, 25, 50, 100];

function Ticket(): JSX.Element {
  const { kind, side, amount, limit } = ticket;
  const submit = (event: Event): void => {
    event.preventDefault();
    const order = ticket.draft.peek();
    if (typeof order !== "string") void ticket.send(order);
  };
  const ready = typeof ticket.draft.value !== "string";
  return (
    <section class="card" aria-labelledby="ticket">
      <h2 id="ticket">New order</h2>
      <form class="ticket" onSubmit={submit} noValidate>
        <PairField view="trade" />
        <fieldset class="segments sides">
          <legend>Side</legend>
          {SIDES.map((way) => (
            <label key={way}>
              <input
                type="radio"
                name="side"
                checked={side.value === way}
                onChange={() => {
                  side.value = way;
                }}
              />
              <span>{way === "buy" ? "Buy" : "Sell"}</span>
            </label>
          ))}
        </fieldset>
        <fieldset class="segments">
          <legend>Kind</legend>
          {(Object.keys(ticket.KINDS) as ticket.Kind[]).map((how) => (
            <label key={how}>
              <input
                type="radio"
                name="order-kind"
                checked={kind.value === how}
                onChange={() => {
                  kind.value = how;
                  if (how !== "market" && limit.peek() === "") limit.value = ticket.lastPrice.peek()?.toFixed() ?? "";
                }}
              />
              <span>{ticket.KINDS[how]}</span>
            </label>
          ))}
        </fieldset>
        {kind.value !== "market" && (
          <label class="field">
            {kind.value === "limit" ? "Limit price, USDT" : "Trigger price, USDT"}
            <input
              inputMode="decimal"
              name="price"
              autocomplete="off"
              value={limit}
              onInput={(event) => {
                limit.value = event.currentTarget.value;
              }}
            />
          </label>
        )}
        <label class="field">
          Amount, {ticket.base.value}
          <input
            inputMode="decimal"
            name="amount"
            autocomplete="off"
            aria-describedby="available"
            value={amount}
            onInput={(event) => {
              amount.value = event.currentTarget.value;
            }}
          />
        </label>
        <div class="shares" role="group" aria-label="Part of what is available">
          {SHARES.map((share) => (
            <button key={share} type="button" class="small" onClick={() => ticket.useShare(share)}>
              {share}%
            </button>
          ))}
        </div>
        <p id="available" class="hint">
          {ticket.available.value === null
            ? "Asking what is available…"
            : `Available: ${quantity(ticket.available.value)} ${ticket.spent.value}`}
          {ticket.lastPrice.value === null ? "" : ` · last price ${price(ticket.lastPrice.value)}`}
        </p>
        <button type="submit" class="primary" aria-disabled={!ready} aria-describedby="verdict">
          {side.value === "buy" ? "Buy" : "Sell"} {route.value.symbol}
        </button>
      </form>
    </section>
  );
}

function BeforeSending(): JSX.Element {
  const preview = ticket.preview.value;
  const buys = ticket.side.value === "buy";
  return (
    <section class="card" aria-labelledby="before">
      <h2 id="before">Before you send it</h2>
      <p id="verdict" class={`verdict ${preview.kind}`} role="status">
        {preview.kind === "incomplete"
          ? preview.message
          : preview.kind === "refused"
            ? `✕ Would be refused. ${preview.message}`
            : preview.tried
              ? "✓ All risk rules agree."
              : "Estimated: the service checks its risk rules itself."}
      </p>
      {preview.kind === "refused" && preview.hint !== null && <p class="hint">{preview.hint}</p>}
      {preview.kind === "accepted" && ticket.atOnce.value !== null && <p class="hint">⚠ {ticket.atOnce.value}</p>}
      {preview.kind === "accepted" && (
        <dl class="facts">
          <dt>{ticket.kind.value === "market" ? "Price" : "At"}</dt>
          <dd>{price(preview.price)} USDT</dd>
          <dt>{buys ? "Cost" : "Proceeds"}</dt>
          <dd>{money(preview.cost)} USDT</dd>
          <dt>Fee</dt>
          <dd>{preview.fee === null ? "0.1% when it is filled" : `${price(preview.fee)} USDT`}</dd>
          <dt>Slippage</dt>
          <dd>{preview.slippagePct === null ? "known when it is filled" : percent(preview.slippagePct)}</dd>
          {preview.left !== null && (
            <>
              <dt>Left</dt>
              <dd>
                {quantity(preview.left)} {ticket.spent.value}
              </dd>
            </>
          )}
        </dl>
      )}
    </section>
  );
}

const STATES: Readonly<Record<ticket.OutcomeState, string>> = {
  sending: "Sending",
  placed: "✓ Placed",
  refused: "✕ Refused",
  failed: "✕ Not sent",
  checking: "? Unknown, checking",
  absent: "✕ Not found",
  unknown: "? Unknown",
};

function Outcomes(): JSX.Element {
  return (
    <section class="card" aria-labelledby="outcomes">
      <h2 id="outcomes">What came of it</h2>
      <div role="log" aria-labelledby="outcomes">
        {ticket.outcomes.value.length === 0 && <p class="empty">Nothing was sent yet.</p>}
        {ticket.outcomes.value.map(({ id, title, state, message, hint, again }) => (
          <div key={id} class="outcome" data-state={state}>
            <p>
              <strong>{STATES[state]}</strong> {title}
            </p>
            <p>{message}</p>
            {hint !== null && <p class="hint">{hint}</p>}
            {again !== null && (
              <button type="button" class="small" onClick={again}>
                Look again
              </button>
            )}
          </div>
        ))}
      </div>
    </section>
  );
}
