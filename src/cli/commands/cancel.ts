import { cancelOrder } from "../../client/operations/cancelOrder.ts";
import { cancelAllOrders, getOpenOrders } from "../../client/operations/trading.ts";
import type { CancelledOrder } from "../../endpoints/index.ts";
import { defineCommand, type Command } from "../command.ts";
import { line } from "../terminal/lines.ts";
import { formatQuantity } from "../terminal/numbers.ts";
import { table } from "../terminal/table.ts";
import { UsageError } from "../usageError.ts";

export const cancel: Command = defineCommand({
  usage: ["cancel ORDER_ID…", "cancel --all [--yes]"],
  about:
    "Cancels pending orders and releases what they had locked. --all asks first; without a terminal it needs --yes.",
  options: {
    all: { type: "boolean", about: "all pending orders" },
    yes: { type: "boolean", short: "y", about: "cancel all without a question" },
  },
  async run(context, { values, positionals }) {
    if (values.all === positionals.length > 0)
      throw new UsageError("cancel needs the IDs of orders, or --all. Try --help.");
    if (values.all && !values.yes && !context.canAsk)
      throw new UsageError(
        "All orders are cancelled without a question only with --yes. Pass --yes, or use a terminal.",
      );
    const client = await context.traderClient();
    if (values.all) {
      if (!values.yes) {
        const open = await client.send(getOpenOrders, { limit: 200 });
        await context.confirm(`Cancel ${open.length === 200 ? "all" : open.length} pending orders?`, "Pass --yes.");
      }
      const cancelled = await client.send(cancelAllOrders);
      return context.result(
        cancelled,
        (layout) => {
          const { cancelledCount: count } = cancelled;
          return [layout.paint("green", line(`Cancelled ${count} ${count === 1 ? "order" : "orders"}.`, layout))];
        },
        true,
      );
    }
    const cancelled: CancelledOrder[] = [];
    try {
      for (const orderId of positionals) cancelled.push(await client.send(cancelOrder, orderId));
    } catch (error) {
      if (cancelled.length > 0)
        context.notice(`Cancelled before that: ${cancelled.map(({ orderId }) => orderId).join(", ")}`);
      throw error;
    }
    return context.result(
      cancelled,
      (layout) =>
        table(
          [{ title: "ORDER", min: 36 }, { title: "STATUS" }, { title: "RELEASED", align: "point", drop: 1 }],
          cancelled.map(({ orderId, status, unlockedAmount }) => [orderId, status, formatQuantity(unlockedAmount)]),
          layout,
        ),
      true,
    );
  },
});
