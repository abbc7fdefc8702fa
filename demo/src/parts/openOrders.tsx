import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { Order } from "agentexchange";
import { cancelAll, cancelOrder, cancelResult, cancelling, openOrders } from "../state/account.ts";
import { absenceOf } from "../state/denied.ts";
import { ask } from "./ask.tsx";
import { count, dateTime, price, quantity } from "./format.ts";
import { MoveButton, MoveDialog } from "./moveOrder.tsx";
import { useKeptFocus } from "./keptFocus.ts";
import { kindName } from "./orderKinds.ts";
import { Table } from "./table.tsx";

/** Pending orders, each with a cancel button. */
export function OpenOrders(): JSX.Element {
  const orders = openOrders.value;
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <section class="card panel open-orders" aria-labelledby="open-orders" {...useKeptFocus(heading)}>
      <div class="head">
        <h2 id="open-orders" ref={heading} tabIndex={-1}>
          Open orders{orders === null ? "" : ` (${count(orders.length)})`}
        </h2>
        {orders !== null && orders.length > 1 && (
          <button type="button" class="small" onClick={() => void cancelAllAfterAsking(orders.length)}>
            Cancel all
          </button>
        )}
      </div>
      {orders === null ? (
        <p class="empty">{absenceOf("open orders")}</p>
      ) : (
        <Table
          caption="Open orders"
          captionHidden
          rows={orders}
          keyOf={({ orderId }) => orderId}
          stack
          empty="No open orders. Limit, stop-loss and take-profit orders stay here until their price is reached."
          columns={[
            { name: "Pair", cell: ({ symbol }) => symbol },
            { name: "Order", cell: ({ side, type }) => `${side} ${kindName(type)}` },
            { name: "Quantity", numeric: true, cell: (order) => quantity(order.quantity) },
            { name: "Price", numeric: true, cell: (order) => (order.price === null ? "–" : price(order.price)) },
            { name: "Since", numeric: true, minor: 1, cell: ({ createdAt }) => dateTime(createdAt) },
            { name: "Action", numeric: true, cell: (order) => <Actions order={order} /> },
          ]}
        />
      )}
      <p class="hint" role="status">
        {cancelResult.value}
      </p>
      <MoveDialog />
    </section>
  );
}

async function cancelAllAfterAsking(orders: number): Promise<void> {
  const question = {
    title: `Cancel all ${count(orders)} open orders?`,
    reasons: ["Orders of other programs that use this account are cancelled, too."],
    action: "Cancel all",
  };
  if (await ask(question)) await cancelAll();
}

function Actions({ order }: { readonly order: Order }): JSX.Element {
  return (
    <span class="row-actions">
      <MoveButton order={order} />
      <CancelButton order={order} />
    </span>
  );
}

function CancelButton({ order }: { readonly order: Order }): JSX.Element {
  const busy = cancelling.value.has(order.orderId);
  return (
    <button
      type="button"
      class="small"
      aria-disabled={busy}
      aria-label={`Cancel ${order.side} ${order.symbol}`}
      onClick={() => {
        if (!busy) void cancelOrder(order);
      }}
    >
      {busy ? "Cancelling…" : "Cancel"}
    </button>
  );
}
