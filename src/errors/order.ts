import type { Decimal } from "../wire/index.ts";
import { AgentExchangeError, type ErrorFields } from "./base.ts";

/** An order could not be placed, found or cancelled. */
export class OrderError extends AgentExchangeError {
  override readonly name: string = "OrderError";
}

/** Not enough of the asset that the order would spend. */
export class InsufficientBalanceError extends OrderError {
  override readonly name = "InsufficientBalanceError";
  /** The asset that is short, such as `USDT`; null when the platform does not say. */
  readonly asset: string | null;
  /** Amount needed, in `asset`; null when the platform does not say. */
  readonly required: Decimal | null;
  /** Amount available, in `asset`; null when the platform does not say. */
  readonly available: Decimal | null;
  /** The risk rule's reason, `insufficient_balance`, when it was that rule that refused. */
  readonly reason: string | null;

  constructor(
    message: string,
    fields: ErrorFields & {
      readonly asset?: string | undefined;
      readonly required?: Decimal | undefined;
      readonly available?: Decimal | undefined;
      readonly reason?: string | undefined;
    },
  ) {
    super(message, fields);
    this.asset = fields.asset ?? null;
    this.required = fields.required ?? null;
    this.available = fields.available ?? null;
    this.reason = fields.reason ?? null;
  }
}

/** A risk rule refused the order; nothing was stored. */
export class OrderRejectedError extends OrderError {
  override readonly name = "OrderRejectedError";
  /** Which rule: `order_too_large`, `position_limit_exceeded`, `daily_loss_limit`, … (the part before a colon). */
  readonly reason: string;

  constructor(message: string, fields: ErrorFields & { readonly reason: string }) {
    super(message, fields);
    this.reason = fields.reason;
  }
}

/** No order of this account or agent has the id. */
export class OrderNotFoundError extends OrderError {
  override readonly name = "OrderNotFoundError";
  /** The id that was looked for. */
  readonly orderId: string | null;

  constructor(message: string, fields: ErrorFields & { readonly orderId?: string | undefined }) {
    super(message, fields);
    this.orderId = fields.orderId ?? null;
  }
}
