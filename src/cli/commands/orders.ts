import type { Client } from "../../client/createClient.ts";
import { unresolvedOrders } from "../../client/operations/reconcile.ts";
import { getOpenOrders, getOrder, listOrders } from "../../client/operations/trading.ts";
import { defineCommand, type Command } from "../command.ts";
import type { Context } from "../context.ts";
import { EXITS } from "../exits.ts";
import { expectCount, parseChoice, parseCount } from "../parse.ts";
import { dimLine } from "../terminal/lines.ts";
import { orderLines, ordersTable, sideCell } from "../terminal/orderLines.ts";
import { table, type Cell } from "../terminal/table.ts";
import { UsageError } from "../usageError.ts";

const STATUSES = ["pending", "filled", "cancelled", "expired", "rejected"] as const;
const DEFAULT_LIMIT = 20;

export const orders: Command = defineCommand({
  usage: ["orders [--open] [--status STATUS] [--symbol SYMBOL] [--limit N]", "orders ORDER_ID", "orders --unresolved"],
  about: `Prints your orders, newest first, or one order.
--unresolved looks up orders of earlier commands whose outcome is unknown, which takes up to 15 s each.`,
  options: {
    open: { type: "boolean", about: "pending orders only" },
    status: { type: "string", value: "STATUS", choices: STATUSES, about: "orders of one status" },
    symbol: { type: "string", value: "SYMBOL", about: "orders of one symbol" },
    limit: { type: "string", value: "N", about: `number of orders, 1 to 200 (default: ${DEFAULT_LIMIT})` },
    unresolved: { type: "boolean", about: "look up orders whose outcome is unknown" },
  },
  async run(context, { values, positionals }) {
    expectCount(positionals, 0, 1, "");
    const [orderId] = positionals;
    const limit = parseCount("limit", values.limit, { min: 1, max: 200 }) ?? DEFAULT_LIMIT;
    const status = parseChoice("status", values.status, STATUSES);
    if (values.open && (status !== undefined || values.symbol !== undefined))
      throw new UsageError("Pass --status pending and --symbol instead of --open. Try --help.");
    const client = await context.traderClient();
    if (values.unresolved) return lookUpUnresolved(context, client);
    if (orderId !== undefined) {
      const found = await client.send(getOrder, orderId);
      return context.result(found, (layout) => orderLines(found, layout));
    }
    const found = values.open
      ? await client.send(getOpenOrders, { limit })
      : await client.send(listOrders, { status, symbol: values.symbol, limit });
    return context.result(found, (layout) =>
      found.length === 0 ? [dimLine("No orders.", layout)] : ordersTable(found, layout),
    );
  },
});

/** The outcome of an order that was unknown before. */
interface Resolution {
  readonly symbol: string;
  readonly side: string;
  readonly quantity: string;
  readonly sentAt: string;
  readonly outcome: "placed" | "not placed" | "unknown";
  readonly orderId: string | null;
  readonly status: string | null;
  readonly problem: string | null;
}

async function lookUpUnresolved(context: Context, client: Client): Promise<number> {
  const unresolved = await client.send(unresolvedOrders);
  const found: Resolution[] = [];
  for (const { record, reconcile } of unresolved) {
    context.progress({ label: "looking up orders", done: found.length, total: unresolved.length, unit: "orders" });
    const { symbol, side, quantity, sentAt } = record;
    const sent = { symbol, side, quantity, sentAt };
    found.push({ ...sent, ...(await resolve(reconcile)) });
  }
  await context.result(found, (layout) =>
    found.length === 0
      ? [dimLine("No orders with an unknown outcome.", layout)]
      : table(
          [
            { title: "SENT", drop: 2, min: 19 },
            { title: "SYMBOL", min: 8 },
            { title: "SIDE", min: 4 },
            { title: "QUANTITY", align: "point" },
            { title: "OUTCOME", min: 10 },
            { title: "ORDER", drop: 1, min: 36 },
          ],
          found.map((entry): readonly Cell[] => [
            entry.sentAt.slice(0, 19).replace("T", " "),
            entry.symbol,
            sideCell(entry.side),
            entry.quantity,
            [entry.status ?? entry.outcome, entry.outcome === "unknown" ? "red" : undefined],
            entry.orderId ?? entry.problem ?? "",
          ]),
          layout,
        ),
  );
  return found.some(({ outcome }) => outcome === "unknown") ? EXITS.unknown_outcome : 0;
}

async function resolve(
  reconcile: () => Promise<{ readonly orderId: string; readonly status: string } | null>,
): Promise<Pick<Resolution, "outcome" | "orderId" | "status" | "problem">> {
  try {
    const order = await reconcile();
    if (order === null) return { outcome: "not placed", orderId: null, status: null, problem: null };
    return { outcome: "placed", orderId: order.orderId, status: order.status, problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { outcome: "unknown", orderId: null, status: null, problem };
  }
}
