import { Rejection, type RejectionCode } from "../base/rejection.ts";
import { Unprocessable } from "./issues.ts";
import { stringifyJson } from "./json.ts";
import { truncateDetails, truncateIssues, truncateText } from "./truncate.ts";

/** A response before it becomes a `Response`. Header names are in lower case. */
export interface Reply {
  readonly status: number;
  readonly body: string | null;
  readonly headers: Record<string, string>;
}

/** Answered with the framework's plain 404, in the few places where the platform uses it. */
export class PlainNotFound extends Error {
  override readonly name = "PlainNotFound";
}

const STATUS: Readonly<Record<RejectionCode, number>> = {
  INVALID_API_KEY: 401,
  INVALID_TOKEN: 401,
  INVALID_SIGNATURE: 401,
  ACCOUNT_SUSPENDED: 403,
  PERMISSION_DENIED: 403,
  RATE_LIMIT_EXCEEDED: 429,
  INSUFFICIENT_BALANCE: 400,
  ORDER_REJECTED: 400,
  INVALID_QUANTITY: 400,
  ORDER_NOT_FOUND: 404,
  ORDER_NOT_CANCELLABLE: 400,
  INVALID_SYMBOL: 400,
  PRICE_NOT_AVAILABLE: 503,
  ACCOUNT_NOT_FOUND: 404,
  AGENT_NOT_FOUND: 404,
  DUPLICATE_ACCOUNT: 409,
  VALIDATION_ERROR: 422,
  IDEMPOTENCY_KEY_REUSED: 422,
  DATABASE_ERROR: 500,
  INTERNAL_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
  FEEDBACK_NOT_FOUND: 404,
  BACKTEST_NOT_FOUND: 404,
  BACKTEST_INVALID_STATE: 409,
  BACKTEST_NO_DATA: 400,
  STRATEGY_NOT_FOUND: 404,
  STRATEGY_INVALID_STATE: 409,
  TRAINING_RUN_NOT_FOUND: 404,
  TRAINING_RUN_INVALID_STATE: 409,
  NOT_IMPLEMENTED: 501,
};

export function jsonReply(status: number, value: unknown): Reply {
  return { status, body: stringifyJson(value), headers: { "content-type": "application/json" } };
}

export function emptyReply(): Reply {
  return { status: 204, body: null, headers: {} };
}

/** The framework's plain shape: `{"detail":"Not Found"}`. */
export function plainReply(status: number, detail: string): Reply {
  return jsonReply(status, { detail });
}

/** The reply that an error maps to; undefined for errors that are bugs of the exchange or of a market. */
export function errorReply(error: unknown): Reply | undefined {
  if (error instanceof Unprocessable) return jsonReply(422, { detail: truncateIssues(error.issues) });
  if (error instanceof PlainNotFound) return plainReply(404, truncateText(error.message));
  return error instanceof Rejection ? rejectionReply(error) : undefined;
}

export function rejectionReply({ code, message, details }: Rejection): Reply {
  const shown = { code, message: truncateText(message) };
  const error = details === undefined ? shown : { ...shown, details: truncateDetails(details) };
  return jsonReply(STATUS[code], { error });
}

export function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return { ...reply, headers: { ...reply.headers, ...headers } };
}
