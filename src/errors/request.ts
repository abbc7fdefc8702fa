import { AgentExchangeError, type ErrorFields } from "./base.ts";

/** One problem with the arguments of a call. */
export interface ValidationIssue {
  /** Path of the argument: `quantity`, `definition.pairs.0`; empty if it is the whole input. */
  readonly field: string;
  /** What is wrong, and what is expected. */
  readonly message: string;
}

/** Invalid arguments, detected before sending (`status` is null) or by the platform (422). */
export class ValidationError extends AgentExchangeError {
  override readonly name = "ValidationError";
  /** The first invalid field, null if it is the whole input. */
  readonly field: string | null;
  /** All problems. */
  readonly issues: readonly ValidationIssue[];

  constructor(message: string, fields: ErrorFields & { readonly issues: readonly ValidationIssue[] }) {
    super(message, fields);
    this.issues = fields.issues;
    this.field = fields.issues[0]?.field || null;
  }
}

/** The pair does not exist, or has no price yet. */
export class InvalidSymbolError extends AgentExchangeError {
  override readonly name = "InvalidSymbolError";
  /** The pair in the request. */
  readonly symbol: string;

  constructor(message: string, fields: ErrorFields & { readonly symbol: string }) {
    super(message, fields);
    this.symbol = fields.symbol;
  }
}

/** The strategy, webhook, session or other resource does not exist (404). */
export class NotFoundError extends AgentExchangeError {
  override readonly name = "NotFoundError";
}

/** The resource's state does not allow this: already deployed, already finished, already registered (409). */
export class ConflictError extends AgentExchangeError {
  override readonly name = "ConflictError";
}
