import type { Order, OrderIntent } from "../../endpoints/index.ts";
import type { ReconcileOptions, UnresolvedOrder } from "../../transport/index.ts";
import { partsOf, type Client } from "../createClient.ts";

/** The operation of `client.reconcile()`. */
export async function reconcile(
  client: Client,
  record: OrderIntent,
  options?: ReconcileOptions,
): Promise<Order | null> {
  return partsOf(client).transport.reconcile(record, options);
}

/** The operation of `client.unresolvedOrders()`. */
export async function unresolvedOrders(client: Client): Promise<readonly UnresolvedOrder[]> {
  return partsOf(client).transport.unresolvedOrders();
}
