import type { Order, OrderIntent } from "../endpoints/index.ts";
import { call } from "./call.ts";
import { createConfig, type TransportConfig } from "./config.ts";
import type { ClientOptions } from "./options.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";
import type { ReconcileContext } from "./orderSearch.ts";
import { reconcile } from "./reconcile.ts";
import type { RequestFunction } from "./requestFunction.ts";
import type { CallContext } from "./requestState.ts";
import { createSession, type Session } from "./session.ts";
import { resolveStreamAccess, type StreamAccess } from "./streamAccess.ts";
import { findUnresolvedOrders, reconcileRecord, type UnresolvedOrder } from "./unresolvedOrders.ts";

/** Everything that the methods of one client share: its options, its state, and the function that calls an endpoint. */
export interface Transport {
  readonly config: TransportConfig;
  readonly session: Session;
  readonly request: RequestFunction;
  /** Looks for the order of a record, which may come from another process. */
  reconcile(record: OrderIntent, options?: ReconcileOptions): Promise<Order | null>;
  unresolvedOrders(): Promise<readonly UnresolvedOrder[]>;
  /** @throws ValidationError if the options do not allow a stream */
  readonly streamAccess: () => StreamAccess;
  /** Ends all running calls and clears all timers. */
  close(): void;
}

export function createTransport(options: ClientOptions): Transport {
  const config = createConfig(options);
  const request: RequestFunction = (endpoint, input, callOptions) => call(context, endpoint, input, callOptions);
  const session = createSession(options, config, request);
  const { clock, timeout, keyChecksum } = config;
  const { submissions, orderClock, intents, agents, startDeadline } = session;
  const reconcileContext: ReconcileContext = {
    request,
    clock,
    timeout,
    keyChecksum,
    submissions,
    orderClock,
    intents,
    agents,
    startDeadline,
  };
  const context: CallContext = {
    config,
    session,
    reconcile: (submission, limits) => reconcile(reconcileContext, submission, limits),
  };
  return {
    config,
    session,
    request,
    reconcile: (record, limits) => reconcileRecord(reconcileContext, record, limits),
    unresolvedOrders: () => findUnresolvedOrders(reconcileContext),
    streamAccess: () => resolveStreamAccess(options, config.origin),
    close: () => session.close(),
  };
}
