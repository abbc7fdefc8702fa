export { bindMembers } from "./bindMembers.ts";
export { unknownOption } from "./checkOptions.ts";
export { systemClock, type Clock } from "./clock.ts";
export { closedError } from "./deadline.ts";
export { lazyCode } from "./loadCode.ts";
export { memoryIntents, webStorage, type IntentStore, type StorageLike } from "./intentStore.ts";
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
export { OrderOutcomeUndecidedError, OrderOutcomeUnknownError, type ReconcileOptions } from "./orderOutcomeUnknown.ts";
export { createOrderTracker, type OrderTracker } from "./orderTracker.ts";
export { randomUuid } from "./randomUuid.ts";
export type { RecordIntent, RequestFunction } from "./requestFunction.ts";
export type { StreamAccess } from "./streamAccess.ts";
export { createTransport, type Transport } from "./transport.ts";
export type { UnresolvedOrder } from "./unresolvedOrders.ts";
