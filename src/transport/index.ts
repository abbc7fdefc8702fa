export { call } from "./call.ts";
export { systemClock, type Clock } from "./clock.ts";
export { OrderOutcomeUnknownError, type ReconcileOptions } from "./orderOutcomeUnknown.ts";
export { startDeadline } from "./deadline.ts";
export type { CallOptions, ClientOptions, RequestEvent, ResponseEvent, RetryOptions, Token } from "./options.ts";
export { createTransport, type Transport } from "./transport.ts";
