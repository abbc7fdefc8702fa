import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Side } from "agentexchange";
import { money, percent, price, quantity } from "../parts/format.ts";
import { WithAccount } from "../parts/withAccount.tsx";
import { OpenOrders } from "../parts/openOrders.tsx";
import { PairField } from "../parts/pairField.tsx";
import { route } from "../route.ts";
import { balances, followAccount } from "../state/account.ts";
import { link } from "../state/connection.ts";
import * as ticket from "../state/ticket.ts";

/** The order ticket, its preview and recent results. */
export function Trade(): JSX.Element {
  useEffect(() => followAccount(), []);
  // The preview is updated whenever the order, the price or the balances change.
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
            ? "Costs are estimates; the service has the final say."
            : "Every order is simulated on a copy of the exchange before you send it."}
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
  const { kind, side, amountInput: amount, limit } = ticket;
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
          {SIDES.map((option) => (
            <label key={option}>
              <input
                type="radio"
                name="side"
                checked={side.value === option}
                onChange={() => {
                  side.value = option;
                }}
              />
              <span>{option === "buy" ? "Buy" : "Sell"}</span>
            </label>
          ))}
        </fieldset>
        <fieldset class="segments">
          <legend>Order type</legend>
          {(Object.keys(ticket.KIND_LABELS) as ticket.Kind[]).map((option) => (
            <label key={option}>
              <input
                type="radio"
                name="order-kind"
                checked={kind.value === option}
                onChange={() => {
                  kind.value = option;
                  if (option !== "market" && limit.peek() === "")
                    limit.value = ticket.lastPrice.peek()?.toFixed() ?? "";
                }}
              />
              <span>{ticket.KIND_LABELS[option]}</span>
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
          Amount, {ticket.baseAsset.value}
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
        <div class="shares" role="group" aria-label="Share of the available balance">
          {SHARES.map((share) => (
            <button key={share} type="button" class="small" onClick={() => ticket.setShare(share)}>
              {share}%
            </button>
          ))}
        </div>
        <p id="available" class="hint">
          {ticket.available.value === null
            ? "Loading balance…"
            : `Available: ${quantity(ticket.available.value)} ${ticket.spentAsset.value}`}
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
      <h2 id="before">Preview</h2>
      <p id="verdict" class={`verdict ${preview.kind}`} role="status">
        {preview.kind === "incomplete"
          ? preview.message
          : preview.kind === "refused"
            ? `✕ Would be rejected. ${preview.message}`
            : preview.simulated
              ? "✓ Passes all risk checks."
              : "Estimate only: the service runs its own risk checks."}
      </p>
      {preview.kind === "refused" && preview.hint !== null && <p class="hint">{preview.hint}</p>}
      {preview.kind === "accepted" && ticket.triggerWarning.value !== null && (
        <p class="hint">⚠ {ticket.triggerWarning.value}</p>
      )}
      {preview.kind === "accepted" && (
        <dl class="facts">
          <dt>{ticket.kind.value === "market" ? "Price" : "At"}</dt>
          <dd>{price(preview.price)} USDT</dd>
          <dt>{buys ? "Cost" : "Proceeds"}</dt>
          <dd>{money(preview.cost)} USDT</dd>
          <dt>Fee</dt>
          <dd>{preview.fee === null ? "0.1% when filled" : `${price(preview.fee)} USDT`}</dd>
          <dt>Slippage</dt>
          <dd>{preview.slippagePct === null ? "known when filled" : percent(preview.slippagePct)}</dd>
          {preview.remaining !== null && (
            <>
              <dt>Remaining</dt>
              <dd>
                {quantity(preview.remaining)} {ticket.spentAsset.value}
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
  refused: "✕ Rejected",
  failed: "✕ Not sent",
  checking: "? Unknown, checking",
  absent: "✕ Not found",
  unknown: "? Unknown",
};

function Outcomes(): JSX.Element {
  return (
    <section class="card" aria-labelledby="outcomes">
      <h2 id="outcomes">Recent results</h2>
      <div role="log" aria-labelledby="outcomes">
        {ticket.outcomes.value.length === 0 && <p class="empty">No orders sent yet.</p>}
        {ticket.outcomes.value.map(({ id, title, state, message, hint, searchAgain: again }) => (
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
          </div>
        ))}
      </div>
    </section>
  );
}
