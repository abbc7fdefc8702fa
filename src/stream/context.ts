import type { Endpoint } from "../endpoints/index.ts";
import { call, type CallOptions, type Clock, type StreamAccess, type Transport } from "../transport/index.ts";

/** What a stream needs of its client. */
export interface StreamContext {
  readonly origin: string;
  readonly clock: Clock;
  readonly access: StreamAccess;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Source of jitter: a number in [0, 1). */
  readonly random: () => number;
  /** The best estimate of the platform's clock, in Unix milliseconds: now, or at a reading of `clock.elapsed()`. */
  readonly serverTime: { now(): number; at(elapsed: number): number };
  request<Input, Output>(
    endpoint: Endpoint<Input, Output, unknown>,
    input: Input,
    options?: CallOptions,
  ): Promise<Output>;
  /** Removes the client's secrets. */
  redact(text: string): string;
  /** Tells the client that this order exists, so that it cannot be mistaken for one that is sent later. */
  noteOrder(orderId: string): void;
}

/** @throws ValidationError when the client has no key, or its key would be sent unencrypted */
export function createStreamContext(transport: Transport): StreamContext {
  return {
    origin: transport.origin,
    clock: transport.clock,
    access: transport.streamAccess(),
    fetch: transport.fetch,
    random: transport.retry.random,
    serverTime: transport.server,
    request: (endpoint, input, options) => call(transport, endpoint, input, options),
    redact: (text) => transport.redactor([])(text),
    noteOrder: (orderId) => transport.submissions.saw([orderId]),
  };
}
