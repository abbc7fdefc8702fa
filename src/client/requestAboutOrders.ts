import type { Endpoint } from "../endpoints/index.ts";
import { createOrderTracker, type CallOptions, type OrderTracker, type RecordIntent } from "../transport/index.ts";
import { partsOf, type Client } from "./createClient.ts";
import { request } from "./request.ts";

/** The client's order tracker, created by the first operation about orders. */
export function trackOrders(client: Client): OrderTracker {
  return partsOf(client).transport.trackOrders(createOrderTracker);
}

/**
 * Calls an endpoint that places or returns orders. The tracker also learns from orders that are only read: they are not
 * mistaken for one that is placed later.
 */
export function requestAboutOrders<Input, Output>(
  client: Client,
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options?: CallOptions,
  record?: RecordIntent,
): Promise<Output> {
  trackOrders(client);
  return request(client, endpoint, input, options, record);
}
