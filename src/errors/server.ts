import { AgentExchangeError, type ErrorFields } from "./base.ts";

/** The platform failed (5xx). */
export class ServerError extends AgentExchangeError {
  override readonly name = "ServerError";
}

/** An answer came, but not one that the platform promises: truncated, no JSON, a missing or mistyped field. */
export class ResponseError extends AgentExchangeError {
  override readonly name = "ResponseError";
  /** Where in the answer: `["candles", 17, "open"]`; empty when it is the whole. */
  readonly path: readonly (string | number)[];

  constructor(message: string, fields: ErrorFields & { readonly path?: readonly (string | number)[] }) {
    super(message, fields);
    this.path = fields.path ?? [];
  }
}
