import type { ErrorCode } from "./codes.ts";

const BRAND = Symbol.for("agentexchange.error");

/** Fields that every error of this package is created with. */
export interface ErrorFields {
  /** The platform's code, or the client's own if no response of the platform caused the error. */
  readonly code: ErrorCode;
  /** HTTP status of the response; absent without a response. */
  readonly status?: number | undefined;
  /** The platform's `details`, without anything that repeats the request. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the same call can succeed later unchanged. */
  readonly retryable?: boolean | undefined;
  /** Number of requests that the call sent. */
  readonly attempts?: number | undefined;
  /** What to do next; appended to the message. */
  readonly hint?: string | undefined;
  /** The underlying error, or the reason that the caller aborted with. */
  readonly cause?: unknown;
}

/**
 * Any failure of a call. The subclass tells the kind of failure, `code` the exact reason.
 *
 * @example
 * ```ts
 * try {
 *   await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
 * } catch (error) {
 *   if (error instanceof AgentExchangeError) console.log(error.code, error.message);
 *   else throw error;
 * }
 * ```
 */
export class AgentExchangeError extends Error {
  override readonly name: string = "AgentExchangeError";
  /** The platform's code (`"ORDER_REJECTED"`), the client's own (`"TIMEOUT"`), or `HTTP_<status>`. */
  readonly code: ErrorCode;
  /** HTTP status of the response, null without one. */
  readonly status: number | null;
  /** The platform's `details`; empty if it sent none. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether the same call can succeed later unchanged. */
  readonly retryable: boolean;
  /** Number of requests that the call sent; 0 if it failed before the first one. */
  readonly attempts: number;
  /** What to do next, null if the message needs no addition. */
  readonly hint: string | null;

  constructor(message: string, fields: ErrorFields) {
    super(
      fields.hint === undefined ? message : `${message} ${fields.hint}`,
      fields.cause === undefined ? undefined : { cause: fields.cause },
    );
    Object.defineProperty(this, BRAND, { value: true });
    this.code = fields.code;
    this.status = fields.status ?? null;
    this.details = fields.details ?? {};
    this.retryable = fields.retryable ?? false;
    this.attempts = fields.attempts ?? 0;
    this.hint = fields.hint ?? null;
  }

  /** A plain object for logs, without the stack. */
  toJSON(): Record<string, unknown> {
    return { message: this.message, ...(this as object) };
  }
}

/**
 * Whether a value is an error of this package. Unlike `instanceof` it also recognises errors of another copy of the
 * package, such as a second version in the same bundle.
 *
 * @example
 * ```ts
 * if (isAgentExchangeError(error)) console.log(error.code);
 * ```
 */
export function isAgentExchangeError(value: unknown): value is AgentExchangeError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}
