import { signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { Decimal, type Side } from "agentexchange";
import { route } from "../route.ts";
import { link } from "../state/connection.ts";
import { absenceOf } from "../state/denied.ts";
import { canTrade, health } from "../state/health.ts";
import { priceDecimals } from "../state/market.ts";
import * as sentOrders from "../state/sentOrders.ts";
import * as ticket from "../state/ticket.ts";
import { ask } from "./ask.tsx";
import { fixed, money, quantity, share } from "./format.ts";

const SIDES: readonly Side[] = ["buy", "sell"];
const SHARES = [10, 25, 50, 100];

/** The form of a new order. */
export function Ticket(): JSX.Element {
  const { kind, side, amountInput: amount, limit } = ticket;
  const submit = (event: Event): void => {
    event.preventDefault();
    void sendAfterAsking();
  };
  const ready = ticket.isComplete.value && canTrade.value && !sentOrders.sending.value && !checking.value;
  return (
    <section class="panel" aria-labelledby="ticket">
      <h2 id="ticket">New order</h2>
      <form class="ticket" onSubmit={submit} noValidate>
        <fieldset class="segments sides">
          <legend class="visually-hidden">Side</legend>
          {SIDES.map((option) => (
            <label key={option} class={option}>
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
        <fieldset class="segments kinds">
          <legend class="visually-hidden">Order type</legend>
          {(Object.keys(ticket.KIND_LABELS) as ticket.Kind[]).map((option) => (
            <label key={option}>
              <input
                type="radio"
                name="order-kind"
                checked={kind.value === option}
                onChange={() => ticket.setKind(option)}
              />
              <span>{ticket.KIND_LABELS[option]}</span>
            </label>
          ))}
        </fieldset>
        <div class="numbers">
          {kind.value !== "market" && (
            <NumberField
              name="price"
              label={`${kind.value === "limit" ? "Limit" : "Trigger"} price, USDT`}
              unit="USDT"
              text={limit}
              field={ticket.priceField}
            />
          )}
          <NumberField
            name="amount"
            label={`Amount, ${ticket.baseAsset.value}`}
            unit={ticket.baseAsset.value}
            text={amount}
            field={ticket.amountField}
          />
        </div>
        <div class="shares" role="group" aria-label="Share of the largest order that balance and risk limits allow">
          {SHARES.map((part) => (
            <button key={part} type="button" class="small" onClick={() => void ticket.setShare(part)}>
              {share(new Decimal(part).div(100))}
            </button>
          ))}
        </div>
        <p id="available" class="hint">
          {ticket.available.value === null
            ? absenceOf("balances")
            : `Available: ${side.value === "buy" ? money(ticket.available.value) : quantity(ticket.available.value)} ${ticket.spentAsset.value}`}
          {ticket.lastPrice.value === null ? "" : ` · last ${fixed(ticket.lastPrice.value, priceDecimals.value)}`}
        </p>
        <button type="submit" class={`primary ${side.value}`} aria-disabled={!ready} aria-describedby="verdict">
          {sentOrders.sending.value
            ? "Sending…"
            : checking.value
              ? "Checking…"
              : `${side.value === "buy" ? "Buy" : "Sell"} ${route.value.symbol}`}
        </button>
        {!canTrade.value && health.value !== "opening" && (
          <p class="problem" role="status">
            No order can be sent now: see the notice above.
          </p>
        )}
      </form>
    </section>
  );
}

interface NumberFieldProps {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly text: Signal<string>;
  readonly field: ReadonlySignal<ticket.ReadField>;
}

/** A number in the reader's language, and how it was understood. */
function NumberField({ name, label, unit, text, field }: NumberFieldProps): JSX.Element {
  const { value, problem } = field.value;
  return (
    <div class="field">
      <label for={`order-${name}`}>{label}</label>
      <input
        id={`order-${name}`}
        inputMode="decimal"
        name={name}
        autocomplete="off"
        aria-invalid={problem !== null}
        aria-describedby={`${name}-read`}
        value={text}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <small id={`${name}-read`} class={problem === null ? "read" : "read problem"}>
        {problem ?? (value === null ? "" : `Sent as ${value.toFixed()} ${unit}`)}
      </small>
    </div>
  );
}

/** Whether an order is being looked at before it is sent. */
const checking = signal(false);

/** Sends the order; asks first if it may be a mistake. */
async function sendAfterAsking(): Promise<void> {
  const order = ticket.draft.peek();
  if (typeof order === "string" || !canTrade.peek() || sentOrders.sending.peek() || checking.peek()) return;
  const exchange = link.peek();
  checking.value = true;
  const reasons = await ticket.concernsOf(order);
  checking.value = false;
  // What was changed meanwhile is another order.
  if (ticket.draft.peek() !== order) return;
  if (reasons.length > 0) {
    const what = `${order.side === "buy" ? "Buy" : "Sell"} ${quantity(order.quantity)} ${order.symbol}`;
    if (!(await ask({ title: `${what}?`, reasons, action: what }))) return;
  }
  if (link.peek() !== exchange) return;
  await sentOrders.send(order);
}
