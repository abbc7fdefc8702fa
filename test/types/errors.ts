// Compiled, never run: the fields of thrown errors, and which errors are kinds of others.
import { expectTypeOf } from "vitest";
import {
  isAgentExchangeError,
  type AgentExchangeError,
  type AuthenticationError,
  type ClientClosedError,
  type ConflictError,
  type ConnectionError,
  type Decimal,
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
  type RateLimitError,
  type ReconcileOptions,
  type ResponseError,
  type ServerError,
  type StreamOverflowError,
  type TimeoutError,
  type ValidationError,
  type ValidationIssue,
} from "agentexchange";

expectTypeOf<AgentExchangeError>().toExtend<Error>();
expectTypeOf<AgentExchangeError["code"]>().toEqualTypeOf<string>();
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
expectTypeOf<OrderRejectedError["reason"]>().toEqualTypeOf<string>();
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
  // @ts-expect-error: nothing is known about it yet
  if (error.code === "TIMEOUT") return undefined;
  if (!isAgentExchangeError(error)) return undefined;
  expectTypeOf(error).toEqualTypeOf<AgentExchangeError>();
  // @ts-expect-error: errors are read-only
  error.code = "";
  return error.code;
}
