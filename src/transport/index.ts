export { bindMembers } from "./bindMembers.ts";
export { unknownOption } from "./checkOptions.ts";
export { narrowBounds, type ClockBounds } from "./clockBounds.ts";
export { held, systemClock, type Clock } from "./clock.ts";
export { closedError, type Deadline } from "./deadline.ts";
export { lazyCode } from "./loadCode.ts";
export { memoryIntents, webStorage, type IntentStore, type StorageLike } from "./intentStore.ts";
export {
  isLimited,
  createLimiter,
  limitReached,
  LIMITS,
  UNLIMITED,
  type Limiter,
  type SharedLimiter,
} from "./limiter.ts";
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
export { INITIAL_ERROR, type ServerTime } from "./serverTime.ts";
export type { LimitHeaders, Slot } from "./slot.ts";
export type { StreamAccess } from "./streamAccess.ts";
export { createTransport, type Transport } from "./transport.ts";
export { createWaitingLine, OLDEST_FIRST_EVERY, type Rank, type WaitingLine } from "./waitingLine.ts";
export type { UnresolvedOrder } from "./unresolvedOrders.ts";
