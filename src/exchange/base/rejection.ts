/** A code of the platform's error envelope. */
export type RejectionCode =
  | "INVALID_API_KEY"
  | "INVALID_TOKEN"
  | "INVALID_SIGNATURE"
  | "ACCOUNT_SUSPENDED"
  | "PERMISSION_DENIED"
  | "RATE_LIMIT_EXCEEDED"
  | "INSUFFICIENT_BALANCE"
  | "ORDER_REJECTED"
  | "INVALID_QUANTITY"
  | "ORDER_NOT_FOUND"
  | "ORDER_NOT_CANCELLABLE"
  | "INVALID_SYMBOL"
  | "PRICE_NOT_AVAILABLE"
  | "ACCOUNT_NOT_FOUND"
  | "AGENT_NOT_FOUND"
  | "DUPLICATE_ACCOUNT"
  | "VALIDATION_ERROR"
  | "IDEMPOTENCY_KEY_REUSED"
  | "DATABASE_ERROR"
  | "INTERNAL_ERROR"
  | "SERVICE_UNAVAILABLE"
  | "FEEDBACK_NOT_FOUND"
  | "BACKTEST_NOT_FOUND"
  | "BACKTEST_INVALID_STATE"
  | "BACKTEST_NO_DATA"
  | "STRATEGY_NOT_FOUND"
  | "STRATEGY_INVALID_STATE"
  | "TRAINING_RUN_NOT_FOUND"
  | "TRAINING_RUN_INVALID_STATE"
  | "NOT_IMPLEMENTED";

/** The exchange rejects a request; nothing has changed. Becomes an error response. */
export class Rejection extends Error {
  override readonly name = "Rejection";
  readonly code: RejectionCode;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: RejectionCode, message: string, details?: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** The platform's response to an internal failure. */
export function crash(): Rejection {
  return new Rejection("INTERNAL_ERROR", "An unexpected error occurred.");
}
