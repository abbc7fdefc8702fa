import { call } from "./call.ts";
import { createConfig, type TransportConfig } from "./config.ts";
import type { ClientOptions } from "./options.ts";
import type { OrderTracker, OrderTrackerContext } from "./orderTracker.ts";
import type { RequestFunction } from "./requestFunction.ts";
import type { CallContext } from "./requestState.ts";
import { createSession, type Session } from "./session.ts";
import { resolveStreamAccess, type StreamAccess } from "./streamAccess.ts";

/** Everything that the methods of one client share: its options, its state, and the function that calls an endpoint. */
export interface Transport {
  readonly config: TransportConfig;
  readonly session: Session;
  readonly request: RequestFunction;
  /** The client's order tracker, created by the first operation about orders. */
  trackOrders(create: (context: OrderTrackerContext) => OrderTracker): OrderTracker;
  /** @throws ValidationError if the options do not allow a stream */
  readonly streamAccess: () => StreamAccess;
  /** Ends all running calls and clears all timers. */
  close(): void;
}

export function createTransport(options: ClientOptions): Transport {
  const config = createConfig(options);
  const request: RequestFunction = (endpoint, input, callOptions, record) =>
    call(context, endpoint, input, callOptions, record);
  const session = createSession(options, config, request);
  const context: CallContext = { config, session };
  const trackerContext = (): OrderTrackerContext => {
    const { clock, timeout, keyChecksum } = config;
    const { orderClock, agents, startDeadline } = session;
    return { request, clock, timeout, keyChecksum, orderClock, agents, startDeadline, store: options.intents };
  };
  return {
    config,
    session,
    request,
    trackOrders: (create) => (session.orders ??= create(trackerContext())),
    streamAccess: () => resolveStreamAccess(options, config.origin),
    close: () => session.close(),
  };
}
