import type { Endpoint } from "../endpoints/index.ts";
import { closedError, type CallOptions, type Transport } from "../transport/index.ts";

/** Sends what a method asks for. A closed client sends nothing; only `reconcile()` still uses its transport. */
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
