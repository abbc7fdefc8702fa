import type { JSX } from "preact";
import type { Order } from "agentexchange";
import { cancelOrder, cancelResult, cancelling, openOrders } from "../state/account.ts";
import { dateTime, price, quantity } from "./format.ts";
import { Table } from "./table.tsx";

const KIND_NAMES: Readonly<Record<string, string>> = {
  limit: "limit",
  stop_loss: "stop loss",
  take_profit: "take profit",
};

/** Pending orders, each with a cancel button. */
export function OpenOrders(): JSX.Element {
  const orders = openOrders.value;
  return (
    <section class="card" aria-labelledby="open-orders">
      <h2 id="open-orders">Open orders{orders === null ? "" : ` (${orders.length})`}</h2>
      {orders === null ? (
        <p class="empty">Loading…</p>
      ) : (
        <Table
          caption="Open orders"
          captionHidden
          rows={orders}
          keyOf={({ orderId }) => orderId}
          empty="No open orders. Limit, stop-loss and take-profit orders stay here until their price is reached."
          columns={[
            { name: "Pair", cell: ({ symbol }) => symbol },
            { name: "Order", cell: ({ side, type }) => `${side} ${KIND_NAMES[type] ?? type}` },
            { name: "Quantity", numeric: true, cell: (order) => quantity(order.quantity) },
            { name: "Price", numeric: true, cell: (order) => (order.price === null ? "–" : price(order.price)) },
            { name: "Since", numeric: true, cell: ({ createdAt }) => dateTime(createdAt) },
            { name: "Action", numeric: true, cell: (order) => <CancelButton order={order} /> },
          ]}
        />
      )}
      <p class="hint" role="status">
        {cancelResult.value}
      </p>
    </section>
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
