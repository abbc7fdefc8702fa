// Compiled, never run: the fields of thrown errors, and which errors are kinds of others.
import { expectTypeOf } from "vitest";
import {
  isAgentExchangeError,
  type AgentExchangeError,
  type AuthenticationError,
  type ClientClosedError,
  type ClientErrorCode,
  type ConflictError,
  type ConnectionError,
  type Decimal,
  type ErrorCode,
  type InsufficientBalanceError,
  type InvalidSymbolError,
  type NotFoundError,
  type Order,
  type OrderError,
  type OrderIntent,
  type OrderNotFoundError,
  type OrderOutcomeUndecidedError,
  type OrderOutcomeUnknownError,
  type OrderRejectedError,
  type PermissionError,
  type PlatformErrorCode,
  type RateLimitError,
  type ReconcileOptions,
  type RejectionReason,
  type ResponseError,
  type ServerError,
  type StreamOverflowError,
  type TimeoutError,
  type ValidationError,
  type ValidationIssue,
} from "agentexchange";
import type { RejectionCode } from "../../src/exchange/base/rejection.ts";

expectTypeOf<AgentExchangeError>().toExtend<Error>();
expectTypeOf<AgentExchangeError["code"]>().toEqualTypeOf<ErrorCode>();
expectTypeOf<PlatformErrorCode | ClientErrorCode | "A_NEW_CODE">().toExtend<ErrorCode>();
// The codes of the embedded exchange are codes of the platform.
expectTypeOf<RejectionCode>().toExtend<PlatformErrorCode>();
expectTypeOf<AgentExchangeError["status"]>().toEqualTypeOf<number | null>();
expectTypeOf<AgentExchangeError["details"]>().toEqualTypeOf<Readonly<Record<string, unknown>>>();
expectTypeOf<AgentExchangeError["retryable"]>().toEqualTypeOf<boolean>();
expectTypeOf<AgentExchangeError["attempts"]>().toEqualTypeOf<number>();
expectTypeOf<AgentExchangeError["hint"]>().toEqualTypeOf<string | null>();

expectTypeOf<ValidationError["field"]>().toEqualTypeOf<string | null>();
expectTypeOf<ValidationError["issues"]>().toEqualTypeOf<readonly ValidationIssue[]>();
expectTypeOf<InvalidSymbolError["symbol"]>().toEqualTypeOf<string>();
expectTypeOf<InsufficientBalanceError["asset"]>().toEqualTypeOf<string | null>();
expectTypeOf<InsufficientBalanceError["required"]>().toEqualTypeOf<Decimal | null>();
expectTypeOf<InsufficientBalanceError["available"]>().toEqualTypeOf<Decimal | null>();
expectTypeOf<OrderRejectedError["reason"]>().toEqualTypeOf<RejectionReason>();
expectTypeOf<InsufficientBalanceError["reason"]>().toEqualTypeOf<RejectionReason | null>();
expectTypeOf<"order_too_large" | "a_new_rule">().toExtend<RejectionReason>();
expectTypeOf<OrderNotFoundError["orderId"]>().toEqualTypeOf<string | null>();
expectTypeOf<RateLimitError["retryAfter"]>().toEqualTypeOf<number | null>();
expectTypeOf<RateLimitError["limit"]>().toEqualTypeOf<number | null>();
expectTypeOf<ResponseError["path"]>().toEqualTypeOf<readonly (string | number)[]>();
expectTypeOf<OrderOutcomeUnknownError["record"]>().toEqualTypeOf<OrderIntent>();
expectTypeOf<OrderOutcomeUnknownError["reconcile"]>().toEqualTypeOf<
  (options?: ReconcileOptions) => Promise<Order | null>
>();
expectTypeOf<OrderOutcomeUndecidedError["candidates"]>().toEqualTypeOf<readonly Order[]>();

/** Errors whose `name` alone tells them apart in a union. */
type Leaf =
  | ClientClosedError
  | ConflictError
  | InsufficientBalanceError
  | InvalidSymbolError
  | NotFoundError
  | OrderNotFoundError
  | OrderOutcomeUndecidedError
  | OrderOutcomeUnknownError
  | OrderRejectedError
  | PermissionError
  | RateLimitError
  | ResponseError
  | ServerError
  | StreamOverflowError
  | TimeoutError
  | ValidationError;
expectTypeOf<Leaf>().toExtend<AgentExchangeError>();
expectTypeOf<PermissionError>().toExtend<AuthenticationError>();
expectTypeOf<TimeoutError | ClientClosedError>().toExtend<ConnectionError>();
expectTypeOf<
  | InsufficientBalanceError
  | OrderRejectedError
  | OrderNotFoundError
  | OrderOutcomeUnknownError
  | OrderOutcomeUndecidedError
>().toExtend<OrderError>();

export function handle(error: Leaf): string | number | null {
  switch (error.name) {
    case "RateLimitError":
      expectTypeOf(error).toEqualTypeOf<RateLimitError>();
      return error.retryAfter;
    case "OrderRejectedError":
      return error.reason;
    default:
      expectTypeOf(error).not.toHaveProperty("retryAfter");
      return null;
  }
}

export function caught(error: unknown): string | undefined {
  // @ts-expect-error: its type is still unknown
  if (error.code === "TIMEOUT") return undefined;
  if (!isAgentExchangeError(error)) return undefined;
  expectTypeOf(error).toEqualTypeOf<AgentExchangeError>();
  // @ts-expect-error: errors are read-only
  error.code = "";
  return error.code;
}
