export { bindMembers } from "./bindMembers.ts";
export { call } from "./call.ts";
export { systemClock, type Clock } from "./clock.ts";
export { memoryIntents, webStorage, type IntentStore, type StorageLike } from "./intents.ts";
export { OrderOutcomeUndecidedError, OrderOutcomeUnknownError, type ReconcileOptions } from "./orderOutcomeUnknown.ts";
export { reconcileRecord, unresolvedOrders, type UnresolvedOrder } from "./reconcile.ts";
export { closedError, startDeadline } from "./deadline.ts";
export type {
  CallOptions,
  ClientOptions,
  RequestEvent,
  ResponseEvent,
  RetryOptions,
  Token,
  WebSocketConstructor,
  WebSocketEvent,
  WebSocketLike,
} from "./options.ts";
export type { StreamAccess } from "./streamAccess.ts";
export { createTransport, type Transport } from "./transport.ts";
