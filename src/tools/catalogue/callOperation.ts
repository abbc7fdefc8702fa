import { cancelOrder, requestAboutOrders, type Client } from "../../client/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import { endpointsByName } from "./endpoints.ts";

/**
 * Calls the endpoint of an operation with all its arguments in one object. The result is that of the client's method.
 *
 * @throws the errors of the client's method, such as a `ValidationError` for invalid arguments
 * @throws TypeError for an unknown name
 */
export async function callOperation(
  client: Client,
  name: string,
  input: unknown,
  options?: CallOptions,
): Promise<unknown> {
  const endpoint = endpointsByName.get(name);
  if (endpoint === undefined) throw new TypeError(`Unknown operation "${name}".`);
  // The only method that does more than its endpoint: it finds out whether a repeated cancellation was its own.
  if (name === "cancelOrder" && isOrderId(input)) return cancelOrder(client, input.orderId, options);
  return requestAboutOrders(client, endpoint, input, options);
}

function isOrderId(input: unknown): input is { readonly orderId: string } {
  return typeof input === "object" && input !== null && Object.keys(input).join() === "orderId";
}
