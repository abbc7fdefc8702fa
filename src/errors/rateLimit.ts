import { AgentExchangeError, type ErrorFields } from "./base.ts";

/** The requests of this minute are used up, according to the platform or to the client's own count. */
export class RateLimitError extends AgentExchangeError {
  override readonly name = "RateLimitError";
  /** Seconds until the next request can succeed, at most 60; null if unknown. */
  readonly retryAfter: number | null;
  /** Requests per minute in this tier, null if unknown. */
  readonly limit: number | null;

  constructor(
    message: string,
    fields: ErrorFields & { readonly retryAfter?: number | undefined; readonly limit?: number | undefined },
  ) {
    super(message, { retryable: true, ...fields });
    this.retryAfter = fields.retryAfter ?? null;
    this.limit = fields.limit ?? null;
  }
}
