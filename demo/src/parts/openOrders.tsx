import type { JSX } from "preact";
import type { Order } from "agentexchange";
import { cancel, cancelled, cancelling, openOrders } from "../state/account.ts";
import { moment, price, quantity } from "./format.ts";
import { Table } from "./table.tsx";

const KIND_NAMES: Readonly<Record<string, string>> = {
  limit: "limit",
  stop_loss: "stop loss",
  take_profit: "take profit",
};

/** Orders that wait, each with a button that cancels it. */
export function OpenOrders(): JSX.Element {
  const orders = openOrders.value;
  return (
    <section class="card" aria-labelledby="open-orders">
      <h2 id="open-orders">Open orders{orders === null ? "" : ` (${orders.length})`}</h2>
      {orders === null ? (
        <p class="empty">Asking…</p>
      ) : (
        <Table
          caption="Open orders"
          quiet
          rows={orders}
          keyOf={({ orderId }) => orderId}
          empty="No order waits. Limit, stop loss and take profit orders stay here until their price comes."
          columns={[
            { name: "Pair", cell: ({ symbol }) => symbol },
            { name: "Order", cell: ({ side, type }) => `${side} ${KIND_NAMES[type] ?? type}` },
            { name: "Quantity", figures: true, cell: (order) => quantity(order.quantity) },
            { name: "Price", figures: true, cell: (order) => (order.price === null ? "–" : price(order.price)) },
            { name: "Since", figures: true, cell: ({ createdAt }) => moment(createdAt) },
            { name: "Action", figures: true, cell: (order) => <CancelButton order={order} /> },
          ]}
        />
      )}
      <p class="hint" role="status">
        {cancelled.value}
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
        if (!busy) void cancel(order);
      }}
    >
      {busy ? "Cancelling…" : "Cancel"}
    </button>
  );
}
