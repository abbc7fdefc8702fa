import type { Endpoint } from "../endpoints/index.ts";
import type { CallOptions, Clock, StreamAccess, Transport } from "../transport/index.ts";

/** The parts of a client that a stream needs. */
export interface StreamContext {
  readonly origin: string;
  readonly clock: Clock;
  readonly access: StreamAccess;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Source of jitter: a number in [0, 1). */
  readonly random: () => number;
  /**
   * The platform's clock, in Unix milliseconds: the best estimate, now or at a reading of `clock.elapsed()`, and the
   * earliest that it can have shown then.
   */
  readonly serverTime: { now(): number; at(elapsed: number): number; earliest(elapsed: number): number };
  request<Input, Output>(
    endpoint: Endpoint<Input, Output, unknown>,
    input: Input,
    options?: CallOptions,
  ): Promise<Output>;
  /** Removes the client's secrets. */
  redact(text: string): string;
  /** Records that this order exists, so that it is not mistaken for one that is sent later. */
  noteOrder(orderId: string): void;
  /** Returns a function that tells whether an order was known to exist when this was called. */
  markOrders(): (orderId: string) => boolean;
}

/** @throws ValidationError when the client has no key, or its key would be sent unencrypted */
export function createStreamContext({ config, session, request, streamAccess }: Transport): StreamContext {
  return {
    origin: config.origin,
    clock: config.clock,
    access: streamAccess(),
    fetch: config.fetch,
    random: config.retry.random,
    serverTime: session.serverTime,
    request,
    redact: (text) => session.createRedactor()(text),
    noteOrder: (orderId) => session.orders?.submissions.markSeen([orderId]),
    markOrders: () => session.orders?.submissions.markAll() ?? (() => false),
  };
}
