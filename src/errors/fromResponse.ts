import { decimal, parseHttpDate, type Decimal } from "../wire/index.ts";
import { AuthenticationError, PermissionError } from "./authentication.ts";
import { AgentExchangeError, type ErrorFields } from "./base.ts";
import type { RejectionReason } from "./codes.ts";
import type { FailedRequest } from "./failedRequest.ts";
import { hintFor } from "./hints.ts";
import { describeFailure, describeRejection, pairWithoutCandles } from "./messages.ts";
import { InsufficientBalanceError, OrderError, OrderNotFoundError, OrderRejectedError } from "./order.ts";
import { RateLimitError } from "./rateLimit.ts";
import { ConflictError, InvalidSymbolError, NotFoundError, ValidationError } from "./request.ts";
import { readBody, type ErrorBody } from "./responseBody.ts";
import { ServerError } from "./server.ts";

/** A response with an error status. */
export interface FailedResponse {
  readonly status: number;
  /** The undecoded body; empty without one. */
  readonly body: string;
  /** A header, null if it is absent or hidden by the browser. */
  header(name: string): string | null;
}

const REDIRECTED = "Set baseUrl to the final address. Redirects are not followed, because the key would be sent along.";

/** Maps a failed response to an error. Its body may have any of the platform's three shapes, or none of them. */
export function fromResponse(response: FailedResponse, request: FailedRequest): AgentExchangeError {
  const { status } = response;
  const body = readBody(response.body, request.redact);
  const code = body.code ?? `HTTP_${status}`;
  const details = body.details;
  const reason = code === "ORDER_REJECTED" ? parseReason(details["reason"] ?? body.message) : undefined;
  const message =
    reason === undefined
      ? describeFailure(status, body, request)
      : describeRejection(stringOrUndefined(details["reason"]) ?? body.message ?? "", reason, request);
  const fields: ErrorFields = {
    code,
    status,
    details,
    attempts: request.attempts,
    hint: status < 400 ? REDIRECTED : hintFor(reason ?? code, request.name, message),
  };

  const missing = pairWithoutCandles(body);
  if (missing !== undefined) return new InvalidSymbolError(message, { ...fields, symbol: missing.symbol });
  if (code === "ORDER_REJECTED") return rejectedOrder(message, fields, reason ?? "unknown", request);
  switch (code) {
    case "INSUFFICIENT_BALANCE":
      return new InsufficientBalanceError(message, {
        ...fields,
        asset: stringOrUndefined(details["asset"]),
        required: decimalOrUndefined(details["required"]),
        available: decimalOrUndefined(details["available"]),
      });
    case "DAILY_LOSS_LIMIT":
    case "RISK_LIMIT_EXCEEDED":
      return new OrderRejectedError(message, {
        ...fields,
        reason: stringOrUndefined(details["limit_type"]) ?? code.toLowerCase(),
      });
    case "ORDER_NOT_FOUND":
      return new OrderNotFoundError(message, { ...fields, orderId: stringOrUndefined(details["order_id"]) });
    case "ORDER_NOT_CANCELLABLE":
    case "INVALID_QUANTITY":
    case "INVALID_ORDER_TYPE":
      return new OrderError(message, fields);
    case "INVALID_SYMBOL": {
      const symbol = stringOrUndefined(details["symbol"]);
      if (symbol !== undefined) return new InvalidSymbolError(message, { ...fields, symbol });
      return invalidInput(message, fields, body);
    }
    case "PRICE_NOT_AVAILABLE":
      return new InvalidSymbolError(message, {
        ...fields,
        symbol: stringOrUndefined(details["symbol"]) ?? request.symbol ?? "",
        retryable: true,
      });
    case "VALIDATION_ERROR":
      return invalidInput(message, fields, body);
    case "PERMISSION_DENIED":
      return new PermissionError(message, fields);
    case "INVALID_API_KEY":
    case "INVALID_TOKEN":
    case "ACCOUNT_SUSPENDED":
      return new AuthenticationError(message, fields);
    case "DUPLICATE_ACCOUNT":
      return new ConflictError(message, fields);
    default:
      return byStatus(message, fields, body, response, request);
  }
}

function byStatus(
  message: string,
  fields: ErrorFields,
  body: ErrorBody,
  response: FailedResponse,
  request: FailedRequest,
): AgentExchangeError {
  const { status } = response;
  if (status === 429 || fields.code === "RATE_LIMIT_EXCEEDED") {
    return new RateLimitError(message, {
      ...fields,
      retryAfter: retryAfter(response, body, request.now),
      limit: countOrUndefined(body.details["limit"]),
    });
  }
  if (status === 401) return new AuthenticationError(message, fields);
  if (status === 403) return new PermissionError(message, fields);
  if (status === 422) return invalidInput(message, fields, body);
  if (status === 404 || fields.code.endsWith("_NOT_FOUND")) return new NotFoundError(message, fields);
  if (status === 409 || fields.code.endsWith("_INVALID_STATE")) return new ConflictError(message, fields);
  if (status >= 500) {
    const wait = retryAfter(response, body, request.now);
    return new ServerError(message, {
      ...fields,
      retryable: request.repeatable && status !== 501,
      details: wait === undefined ? fields.details : { ...fields.details, retry_after_seconds: wait },
    });
  }
  return new AgentExchangeError(message, {
    ...fields,
    retryable: status === 425 || (status === 408 && request.repeatable),
  });
}

/** The platform uses one code for all risk rules; this restores the error that its documentation promises. */
function rejectedOrder(
  message: string,
  fields: ErrorFields,
  reason: RejectionReason,
  request: FailedRequest,
): AgentExchangeError {
  if (reason === "price_unavailable")
    return new InvalidSymbolError(message, { ...fields, symbol: request.symbol ?? "" });
  if (reason !== "insufficient_balance") {
    return new OrderRejectedError(message, { ...fields, reason, retryable: reason === "rate_limit_exceeded" });
  }
  const base = request.symbol?.toUpperCase().replace(/USDT$/, "");
  return new InsufficientBalanceError(message, { ...fields, reason, asset: request.side === "sell" ? base : "USDT" });
}

function invalidInput(message: string, fields: ErrorFields, body: ErrorBody): ValidationError {
  return new ValidationError(message, {
    ...fields,
    issues: body.issues.length > 0 ? body.issues : [{ field: "", message }],
  });
}

/** The part before the first colon; the rest is meant for human readers. */
function parseReason(value: unknown): RejectionReason {
  return typeof value === "string" ? value.replace(/:.*/s, "") : "unknown";
}

/** The platform counts requests per minute, so a longer wait cannot be right. */
const MAX_WAIT_SECONDS = 60;

/** A number of seconds to wait, capped at a minute; undefined if it is not valid. */
export function waitSeconds(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.min(value, MAX_WAIT_SECONDS) : undefined;
}

/** Seconds to wait, from the header or, since browsers hide that, from the body. */
function retryAfter(response: FailedResponse, body: ErrorBody, now: number): number | undefined {
  const header = response.header("retry-after") ?? "";
  // A header that is sent twice arrives as "1, 1".
  const seconds = header.split(",").flatMap((part) => (/^\s*\d+(\.\d+)?(e\d+)?\s*$/i.test(part) ? [Number(part)] : []));
  if (seconds.length > 0) return waitSeconds(Math.max(...seconds));
  const until = parseHttpDate(header);
  if (Number.isNaN(until)) return waitSeconds(body.details["retry_after_seconds"]);
  // Compared with the clock that wrote the date, which can differ from ours.
  const sentAt = parseHttpDate(response.header("date") ?? "");
  return waitSeconds(Math.max(0, Math.ceil((until - (Number.isNaN(sentAt) ? now : sentAt)) / 1000)));
}

function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function countOrUndefined(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function decimalOrUndefined(value: unknown): Decimal | undefined {
  try {
    return decimal.decode(value);
  } catch {
    return undefined;
  }
}
