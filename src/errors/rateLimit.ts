import { AgentExchangeError, type ErrorFields } from "./base.ts";

/** The minute's budget of requests is spent: the platform said so, or the client knows before sending. */
export class RateLimitError extends AgentExchangeError {
  override readonly name = "RateLimitError";
  /** Seconds until the next request can pass, null when unknown; an answer that asks for more than 60 is not believed. */
  readonly retryAfter: number | null;
  /** Requests a minute that the tier allows, null when unknown. */
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
