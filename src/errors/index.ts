export { AuthenticationError, PermissionError } from "./authentication.ts";
export { AgentExchangeError, isAgentExchangeError, type ErrorFields } from "./base.ts";
export { ClientClosedError, ConnectionError, TimeoutError } from "./connection.ts";
export { fromResponse, type FailedRequest, type FailedResponse } from "./fromResponse.ts";
export { InsufficientBalanceError, OrderError, OrderNotFoundError, OrderRejectedError } from "./order.ts";
export { RateLimitError } from "./rateLimit.ts";
export { redactor, type Redact } from "./redact.ts";
export { ConflictError, InvalidSymbolError, NotFoundError, ValidationError, type ValidationIssue } from "./request.ts";
export { ResponseError, ServerError } from "./server.ts";
