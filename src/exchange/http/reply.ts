import { jsonText } from "./jsonText.ts";
import { Rejection, type RejectionCode } from "../base/rejection.ts";
import { shortDetails, shortIssues, shortText } from "./shortened.ts";

/** An answer before it becomes a `Response`; headers in lower case. */
export interface Reply {
  readonly status: number;
  readonly body: string | null;
  readonly headers: Record<string, string>;
}

/** Something that is not there, in the few places where the platform says so in the framework's plain shape. */
export class PlainNotFound extends Error {
  override readonly name = "PlainNotFound";
}

/** One thing wrong with a request, in the framework's form. */
export interface Issue {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** A request that is not of the form that its endpoint reads. */
export class Unprocessable extends Error {
  override readonly name = "Unprocessable";
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super("request validation failed");
    this.issues = issues;
  }
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
  return { status, body: jsonText(value), headers: { "content-type": "application/json" } };
}

/** An answer without a body. */
export function emptyReply(): Reply {
  return { status: 204, body: null, headers: {} };
}

/** The framework's plain shape: `{"detail":"Not Found"}`. */
export function plainReply(status: number, detail: string): Reply {
  return jsonReply(status, { detail });
}

/** The answer that an error means; undefined for errors that are no answer. */
export function errorReply(error: unknown): Reply | undefined {
  if (error instanceof Unprocessable) return jsonReply(422, { detail: shortIssues(error.issues) });
  if (error instanceof PlainNotFound) return plainReply(404, shortText(error.message));
  if (!(error instanceof Rejection)) return undefined;
  const { code, message, details } = error;
  const said = { code, message: shortText(message) };
  return jsonReply(STATUS[code], { error: details === undefined ? said : { ...said, details: shortDetails(details) } });
}
