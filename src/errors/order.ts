import type { Decimal } from "../wire/index.ts";
import { AgentExchangeError, type ErrorFields } from "./base.ts";
import type { RejectionReason } from "./codes.ts";

/** An order could not be placed, found or cancelled. */
export class OrderError extends AgentExchangeError {
  override readonly name: string = "OrderError";
}

/** The balance of the asset that the order would spend is too small. */
export class InsufficientBalanceError extends OrderError {
  override readonly name = "InsufficientBalanceError";
  /** The asset, such as `USDT`; null if the platform does not name it. */
  readonly asset: string | null;
  /** Required amount of `asset`; null if the platform does not send it. */
  readonly required: Decimal | null;
  /** Available amount of `asset`; null if the platform does not send it. */
  readonly available: Decimal | null;
  /** `insufficient_balance` if a risk rule rejected the order, null if its execution failed. */
  readonly reason: RejectionReason | null;

  constructor(
    message: string,
    fields: ErrorFields & {
      readonly asset?: string | undefined;
      readonly required?: Decimal | undefined;
      readonly available?: Decimal | undefined;
      readonly reason?: RejectionReason | undefined;
    },
  ) {
    super(message, fields);
    this.asset = fields.asset ?? null;
    this.required = fields.required ?? null;
    this.available = fields.available ?? null;
    this.reason = fields.reason ?? null;
  }
}

/** A risk rule rejected the order; nothing was stored. */
export class OrderRejectedError extends OrderError {
  override readonly name = "OrderRejectedError";
  /** The risk rule, such as `order_too_large`: the part of the platform's reason before the first colon. */
  readonly reason: RejectionReason;

  constructor(message: string, fields: ErrorFields & { readonly reason: RejectionReason }) {
    super(message, fields);
    this.reason = fields.reason;
  }
}

/** No order of this account or agent has the id. */
export class OrderNotFoundError extends OrderError {
  override readonly name = "OrderNotFoundError";
  /** The id in the request; null if the platform does not repeat it. */
  readonly orderId: string | null;

  constructor(message: string, fields: ErrorFields & { readonly orderId?: string | undefined }) {
    super(message, fields);
    this.orderId = fields.orderId ?? null;
  }
}
