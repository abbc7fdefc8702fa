import type { Endpoint } from "../endpoints/index.ts";
import { closedError, type CallOptions, type RecordIntent } from "../transport/index.ts";
import { partsOf, type Client } from "./createClient.ts";

/** Calls an endpoint for an operation. A closed client rejects it; only `reconcile()` may still use its transport. */
export function request<Input, Output>(
  client: Client,
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options?: CallOptions,
  record?: RecordIntent,
): Promise<Output> {
  const { transport } = partsOf(client);
  return transport.session.isClosed
    ? Promise.reject(closedError(endpoint.name))
    : transport.request(endpoint, input, options, record);
}
