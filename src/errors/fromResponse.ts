import { decimal, parseHttpDate, type Decimal } from "../wire/index.ts";
import { AuthenticationError, PermissionError } from "./authentication.ts";
import { AgentExchangeError, type ErrorFields } from "./base.ts";
import type { FailedRequest } from "./failedRequest.ts";
import { hintFor } from "./hints.ts";
import { lackingPair, messageOf, rejectionOf } from "./messages.ts";
import { InsufficientBalanceError, OrderError, OrderNotFoundError, OrderRejectedError } from "./order.ts";
import { RateLimitError } from "./rateLimit.ts";
import { ConflictError, InvalidSymbolError, NotFoundError, ValidationError } from "./request.ts";
import { readBody, type ErrorBody } from "./responseBody.ts";
import { ServerError } from "./server.ts";

/** An answer that is not a success. */
export interface FailedResponse {
  readonly status: number;
  /** The body as text; empty when there was none. */
  readonly body: string;
  /** The header of that name, null when absent or (in browsers) not exposed. */
  header(name: string): string | null;
}

const REDIRECTED =
  "Set baseUrl to where the server really is: redirects are not followed, since the key would go along.";

/** The error that an answer means: from any of the platform's three body shapes, or from no sensible body at all. */
export function fromResponse(response: FailedResponse, request: FailedRequest): AgentExchangeError {
  const { status } = response;
  const body = readBody(response.body, request.redact);
  const code = body.code ?? `HTTP_${status}`;
  const details = body.details;
  const reason = code === "ORDER_REJECTED" ? reasonOf(details["reason"] ?? body.message) : undefined;
  const message =
    reason === undefined
      ? messageOf(status, body, request)
      : rejectionOf(textOf(details["reason"]) ?? body.message ?? "", reason, request);
  const fields: ErrorFields = {
    code,
    status,
    details,
    attempts: request.attempts,
    hint: status < 400 ? REDIRECTED : hintFor(reason ?? code, request.name, message),
  };

  const lacking = lackingPair(body);
  if (lacking !== undefined) return new InvalidSymbolError(message, { ...fields, symbol: lacking.symbol });
  if (code === "ORDER_REJECTED") return rejected(message, fields, reason ?? "unknown", request);
  switch (code) {
    case "INSUFFICIENT_BALANCE":
      return new InsufficientBalanceError(message, {
        ...fields,
        asset: textOf(details["asset"]),
        required: amountOf(details["required"]),
        available: amountOf(details["available"]),
      });
    case "DAILY_LOSS_LIMIT":
    case "RISK_LIMIT_EXCEEDED":
      return new OrderRejectedError(message, {
        ...fields,
        reason: textOf(details["limit_type"]) ?? code.toLowerCase(),
      });
    case "ORDER_NOT_FOUND":
      return new OrderNotFoundError(message, { ...fields, orderId: textOf(details["order_id"]) });
    case "ORDER_NOT_CANCELLABLE":
    case "INVALID_QUANTITY":
    case "INVALID_ORDER_TYPE":
      return new OrderError(message, fields);
    case "INVALID_SYMBOL": {
      const symbol = textOf(details["symbol"]);
      if (symbol !== undefined) return new InvalidSymbolError(message, { ...fields, symbol });
      return invalid(message, fields, body);
    }
    case "PRICE_NOT_AVAILABLE":
      return new InvalidSymbolError(message, {
        ...fields,
        symbol: textOf(details["symbol"]) ?? request.symbol ?? "",
        retryable: true,
      });
    case "VALIDATION_ERROR":
      return invalid(message, fields, body);
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
      limit: numberOf(body.details["limit"]),
    });
  }
  if (status === 401) return new AuthenticationError(message, fields);
  if (status === 403) return new PermissionError(message, fields);
  if (status === 422) return invalid(message, fields, body);
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

/** The platform folds every risk refusal into one code; the error that its documentation promises comes back here. */
function rejected(message: string, fields: ErrorFields, reason: string, request: FailedRequest): AgentExchangeError {
  if (reason === "price_unavailable")
    return new InvalidSymbolError(message, { ...fields, symbol: request.symbol ?? "" });
  if (reason !== "insufficient_balance") {
    return new OrderRejectedError(message, { ...fields, reason, retryable: reason === "rate_limit_exceeded" });
  }
  const base = request.symbol?.toUpperCase().replace(/USDT$/, "");
  return new InsufficientBalanceError(message, { ...fields, reason, asset: request.side === "sell" ? base : "USDT" });
}

function invalid(message: string, fields: ErrorFields, body: ErrorBody): ValidationError {
  return new ValidationError(message, {
    ...fields,
    issues: body.issues.length > 0 ? body.issues : [{ field: "", message }],
  });
}

/** The part of a reason before its first colon: the rest is numbers for people. */
function reasonOf(value: unknown): string {
  return typeof value === "string" ? (value.split(":", 1)[0] as string) : "unknown";
}

/** The platform counts by the minute, so no wait is longer, whatever an answer says. */
const LONGEST_WAIT = 60;

/** Seconds that an answer asks to wait, as far as they make sense; undefined when they do not. */
export function waitSeconds(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? Math.min(value, LONGEST_WAIT) : undefined;
}

/** Seconds to wait by the header, which browsers hide, or else by the body. */
function retryAfter(response: FailedResponse, body: ErrorBody, now: number): number | undefined {
  const header = response.header("retry-after") ?? "";
  // Sent twice, it comes as "1, 1".
  const seconds = header.split(",").flatMap((part) => (/^\s*\d+(\.\d+)?(e\d+)?\s*$/i.test(part) ? [Number(part)] : []));
  if (seconds.length > 0) return waitSeconds(Math.max(...seconds));
  const until = parseHttpDate(header);
  if (Number.isNaN(until)) return waitSeconds(body.details["retry_after_seconds"]);
  // By the clock that wrote it, which may differ from ours.
  const written = parseHttpDate(response.header("date") ?? "");
  return waitSeconds(Math.max(0, Math.ceil((until - (Number.isNaN(written) ? now : written)) / 1000)));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function amountOf(value: unknown): Decimal | undefined {
  try {
    return decimal.decode(value);
  } catch {
    return undefined;
  }
}
