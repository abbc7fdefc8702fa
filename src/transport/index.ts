export { bindMembers } from "./bindMembers.ts";
export { call } from "./call.ts";
export { systemClock, type Clock } from "./clock.ts";
export { OrderOutcomeUnknownError, type ReconcileOptions } from "./orderOutcomeUnknown.ts";
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
