import type { Order, OrderIntent } from "../../endpoints/index.ts";
import type { ReconcileOptions, UnresolvedOrder } from "../../transport/index.ts";
import type { Client } from "../createClient.ts";
import { trackOrders } from "../requestAboutOrders.ts";

/** The operation of `client.reconcile()`. */
export async function reconcile(
  client: Client,
  record: OrderIntent,
  options?: ReconcileOptions,
): Promise<Order | null> {
  return trackOrders(client).reconcile(record, options);
}

/** The operation of `client.unresolvedOrders()`. */
export async function unresolvedOrders(client: Client): Promise<readonly UnresolvedOrder[]> {
  return trackOrders(client).unresolvedOrders();
}
