import type { Endpoint } from "../endpoints/index.ts";
import { closedError, type CallOptions, type Transport } from "../transport/index.ts";

/** Sends a method's request. A closed client rejects it; only `reconcile()` may still use its transport. */
export function send<Input, Output>(
  transport: Transport,
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options?: CallOptions,
): Promise<Output> {
  return transport.session.isClosed
    ? Promise.reject(closedError(endpoint.name))
    : transport.request(endpoint, input, options);
}
