import type { Endpoint } from "../endpoints/index.ts";
import { call, closedError, type CallOptions, type Transport } from "../transport/index.ts";

/** Sends what a method asks for. A closed client sends nothing; only `reconcile()` still uses its transport. */
export function send<Input, Output>(
  transport: Transport,
  endpoint: Endpoint<Input, Output, unknown>,
  input: Input,
  options?: CallOptions,
): Promise<Output> {
  return transport.closed ? Promise.reject(closedError(endpoint.name)) : call(transport, endpoint, input, options);
}
