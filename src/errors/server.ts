import { AgentExchangeError, type ErrorFields } from "./base.ts";

/** The platform failed (5xx). */
export class ServerError extends AgentExchangeError {
  override readonly name = "ServerError";
}

/** The response does not match the platform's contract: truncated, not JSON, a field missing or of the wrong type. */
export class ResponseError extends AgentExchangeError {
  override readonly name = "ResponseError";
  /** Path of the invalid value: `["candles", 17, "open"]`; empty if it is the whole response. */
  readonly path: readonly (string | number)[];

  constructor(message: string, fields: ErrorFields & { readonly path?: readonly (string | number)[] }) {
    super(message, fields);
    this.path = fields.path ?? [];
  }
}
