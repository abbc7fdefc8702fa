import { AgentExchangeError, type ErrorFields } from "./base.ts";

/** One thing wrong with the arguments of a call. */
export interface ValidationIssue {
  /** Where: `quantity`, `definition.pairs.0`; empty when it concerns the whole. */
  readonly field: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** The arguments are wrong: found before anything was sent (`status` is null), or by the platform (422). */
export class ValidationError extends AgentExchangeError {
  override readonly name = "ValidationError";
  /** The first field that is wrong, null when it is the whole. */
  readonly field: string | null;
  /** Everything that is wrong. */
  readonly issues: readonly ValidationIssue[];

  constructor(message: string, fields: ErrorFields & { readonly issues: readonly ValidationIssue[] }) {
    super(message, fields);
    this.issues = fields.issues;
    this.field = fields.issues[0]?.field || null;
  }
}

/** No such pair, or a pair without a price. */
export class InvalidSymbolError extends AgentExchangeError {
  override readonly name = "InvalidSymbolError";
  /** The pair that was asked for. */
  readonly symbol: string;

  constructor(message: string, fields: ErrorFields & { readonly symbol: string }) {
    super(message, fields);
    this.symbol = fields.symbol;
  }
}

/** The thing that the call names does not exist, or the path does not. */
export class NotFoundError extends AgentExchangeError {
  override readonly name = "NotFoundError";
}

/** The thing is not in a state that allows this: already deployed, already finished, already registered. */
export class ConflictError extends AgentExchangeError {
  override readonly name = "ConflictError";
}
