const BRAND = Symbol.for("agentexchange.error");

/** What every error of this package is made from. */
export interface ErrorFields {
  /** The platform's code, or ours where no answer of the platform is behind the error. */
  readonly code: string;
  /** HTTP status of the answer; absent when there was none. */
  readonly status?: number | undefined;
  /** The platform's `details`, without anything that repeats the request. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the same call can succeed later with nothing changed. */
  readonly retryable?: boolean | undefined;
  /** How many requests were sent for the call. */
  readonly attempts?: number | undefined;
  /** What to do next; it is also the end of the message. */
  readonly hint?: string | undefined;
  /** The error behind this one: ours, or what the caller aborted with. */
  readonly cause?: unknown;
}

/**
 * Any failure of a call. The subclass tells the family, `code` the exact reason.
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
  /** The platform's code (`"ORDER_REJECTED"`), or ours (`"TIMEOUT"`), or `HTTP_<status>`. */
  readonly code: string;
  /** HTTP status of the answer, null when there was none. */
  readonly status: number | null;
  /** The platform's `details`; empty when it gave none. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Whether the same call can succeed later with nothing changed. */
  readonly retryable: boolean;
  /** How many requests were sent for the call; 0 when it failed before the first one. */
  readonly attempts: number;
  /** What to do next, null when the message says it all. */
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

  /** A plain object for logs: what happened, without a stack. */
  toJSON(): Record<string, unknown> {
    return { message: this.message, ...(this as object) };
  }
}

/**
 * Whether a value is an error of this package, also when it comes from another copy of it
 * (two versions in one bundle, another realm), where `instanceof` says no.
 *
 * @example
 * ```ts
 * if (isAgentExchangeError(error)) console.log(error.code);
 * ```
 */
export function isAgentExchangeError(value: unknown): value is AgentExchangeError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}
