import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Decimal, Order } from "agentexchange";
import { canMove, moveOrder, moving, previewMove, refuse } from "../state/moveOrder.ts";
import { ask } from "./ask.tsx";
import { price, quantity } from "./format.ts";
import { numberStyle, problemOf, type Reading } from "./readNumber.ts";

/** Moves an order, if the person says so after reading what speaks against it. */
export async function moveAfterAsking(order: Order, to: Decimal): Promise<void> {
  const { rejection, concerns } = await previewMove(order, to);
  if (rejection !== null) {
    refuse(order, to, rejection);
    return;
  }
  const from = order.price === null ? "its price" : price(order.price);
  const question = {
    title: `Move the order to ${price(to)}?`,
    reasons: [
      `${order.side === "buy" ? "Buys" : "Sells"} ${quantity(order.quantity)} ${order.symbol} at ${price(to)} instead of ${from}.`,
      ...concerns,
      "The old order is cancelled first. If it fills meanwhile, no new one is placed.",
    ],
    action: "Move",
  };
  if (await ask(question)) await moveOrder(order, to);
}

const edited = signal<Order | null>(null);

/** Opens the dialog that asks for another price; only for orders that can be moved. */
export function MoveButton({ order }: { readonly order: Order }): JSX.Element | null {
  if (!canMove(order)) return null;
  const busy = moving.value.has(order.orderId);
  return (
    <button
      type="button"
      class="small"
      aria-disabled={busy}
      aria-label={`Move ${order.side} ${order.symbol}`}
      aria-haspopup="dialog"
      onClick={() => {
        if (!busy) edited.value = order;
      }}
    >
      {busy ? "Moving…" : "Move"}
    </button>
  );
}

const style = numberStyle();

/** Asks for the price to which an order is moved: what dragging its line does, for the keyboard. */
export function MoveDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const order = edited.value;
  useEffect(() => {
    if (order !== null && dialog.current?.open === false) dialog.current.showModal();
  }, [order]);
  return (
    <dialog
      ref={dialog}
      class="ask"
      aria-labelledby="move-title"
      onClose={() => {
        edited.value = null;
      }}
    >
      {order !== null && <MoveForm order={order} close={() => dialog.current?.close()} />}
    </dialog>
  );
}

const valueOf = (reading: Reading): Decimal | null =>
  reading.kind === "number" && reading.value.gt(0) ? reading.value : null;

function MoveForm({ order, close }: { readonly order: Order; readonly close: () => void }): JSX.Element {
  const text = useSignal(order.price === null ? "" : style.write(order.price));
  const tried = useSignal(false);
  const reading = style.read(text.value);
  const value = valueOf(reading);
  const misread = problemOf(reading, text.value);
  const problem = misread ?? (value === null ? "Enter a price above zero." : null);
  // A number that is still being typed may be none yet.
  const isWrong = misread !== null || (tried.value && problem !== null);
  const submit = (event: Event): void => {
    event.preventDefault();
    tried.value = true;
    // Enter can come before the last digit has been drawn.
    const to = valueOf(style.read(text.peek()));
    if (to === null) return;
    close();
    if (order.price?.eq(to) !== true) void moveAfterAsking(order, to);
  };
  return (
    <form onSubmit={submit} noValidate>
      <h2 id="move-title">
        Move {order.side} {quantity(order.quantity)} {order.symbol}
      </h2>
      <div class="field">
        <label for="move-price">New limit price, USDT</label>
        <input
          id="move-price"
          inputMode="decimal"
          autocomplete="off"
          autofocus
          aria-invalid={isWrong}
          aria-describedby="move-read"
          value={text}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <small id="move-read" class={isWrong ? "read problem" : "read"}>
          {problem ?? `Sent as ${value?.toFixed() ?? ""} USDT`}
        </small>
      </div>
      <div class="buttons">
        <button type="button" onClick={close}>
          Back
        </button>
        <button type="submit" class="primary">
          Continue
        </button>
      </div>
    </form>
  );
}
