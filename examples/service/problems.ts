// Errors as problem details (RFC 9457).
import {
  AuthenticationError,
  ClientClosedError,
  ConflictError,
  InvalidSymbolError,
  isAgentExchangeError,
  NotFoundError,
  OrderError,
  OrderNotFoundError,
  OrderOutcomeUndecidedError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
  ValidationError,
  type ValidationIssue,
} from "agentexchange";

export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** For programs, such as `INSUFFICIENT_BALANCE`. */
  readonly code: string;
  readonly issues?: readonly ValidationIssue[];
  /** Seconds. */
  readonly retryAfter?: number;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** A problem of the service's own. */
export class HttpProblem extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.problem = describe(status, code, detail);
    this.headers = headers;
  }
}

function describe(status: number, code: string, detail: string): Problem {
  return { title: TITLES[status] ?? "Error", status, detail, code };
}

/** The first class that an error belongs to decides. */
const STATUSES: readonly (readonly [new (...fields: never[]) => Error, number])[] = [
  [ValidationError, 422],
  [InvalidSymbolError, 422],
  [PermissionError, 403],
  // The service's own key is wrong. A 401 would tell the caller to change theirs.
  [AuthenticationError, 502],
  [NotFoundError, 404],
  [OrderNotFoundError, 404],
  [ConflictError, 409],
  [OrderOutcomeUndecidedError, 409],
  [OrderError, 422],
  [RateLimitError, 429],
  [TimeoutError, 504],
  [ClientClosedError, 503],
];

export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) return error.problem;
  if (!isAgentExchangeError(error)) return describe(500, "INTERNAL_ERROR", "The service failed.");
  const { code, message } = error;
  if (code === "ORDER_NOT_CANCELLABLE") return describe(409, code, message);
  // 502 is what is left: the exchange failed, did not answer, or answered something else.
  const unavailable = error instanceof ServerError && error.status === 503 ? 503 : 502;
  const status = STATUSES.find(([type]) => error instanceof type)?.[1] ?? unavailable;
  if (error instanceof AuthenticationError && status === 502)
    return describe(status, "UPSTREAM_CREDENTIALS", "The exchange does not accept this service's credentials.");
  return {
    ...describe(status, code, message),
    ...(error instanceof ValidationError ? { issues: error.issues } : {}),
    ...(error instanceof RateLimitError ? { retryAfter: Math.ceil(error.retryAfter ?? 1) } : {}),
  };
}

export function respond(problem: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  const retry: Record<string, string> =
    problem.retryAfter === undefined ? {} : { "Retry-After": String(problem.retryAfter) };
  return Response.json(problem, {
    status: problem.status,
    headers: { ...headers, ...retry, "Content-Type": "application/problem+json" },
  });
}
