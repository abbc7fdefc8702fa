import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  InvalidSymbolError,
  isAgentExchangeError,
  NotFoundError,
  OrderError,
  OrderNotFoundError,
  OrderRejectedError,
  RateLimitError,
  redactor,
  ValidationError,
  type AgentExchangeError,
} from "../errors/index.ts";
import { OrderOutcomeUndecidedError, OrderOutcomeUnknownError } from "../transport/index.ts";
import { toPlain } from "../client/plain.ts";
import { errorCatalogue } from "../tools/errors/catalogue.ts";
import { CommandError, EXITS, type FailureKind } from "./exits.ts";
import { Interrupted } from "./io.ts";
import { UsageError } from "./usageError.ts";

/** A failure as the program reports it. */
export interface Failure {
  readonly kind: FailureKind;
  readonly exitCode: number;
  readonly code: string;
  /** One or more sentences. */
  readonly message: string;
  /** Whether the same command can succeed later unchanged. */
  readonly retryable: boolean;
  /** What to do, in one sentence; null if the message says all. */
  readonly nextStep: string | null;
  readonly status: number | null;
  readonly details: unknown;
}

/** Describes any error, without the secrets in use. */
export function failureOf(error: unknown, secrets: readonly (string | undefined)[]): Failure {
  if (error instanceof Interrupted)
    return plain("interrupted", error.exitCode, "INTERRUPTED", "Interrupted before there was a result.");
  if (error instanceof UsageError) return plain("usage", EXITS.usage, "USAGE", error.message);
  if (error instanceof CommandError) return plain(error.kind, EXITS[error.kind], error.code, error.message);
  const redact = redactor(secrets);
  if (!isAgentExchangeError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return plain("failed", EXITS.failed, "FAILED", redact(message));
  }
  const kind = kindOf(error);
  return {
    kind,
    exitCode: EXITS[kind],
    code: error.code,
    message: redact(error.message) + (error.code === "INTENT_STORE_FAILED" ? STATE_HINT : ""),
    retryable: error.retryable,
    nextStep: errorCatalogue.find(({ code }) => code === error.code)?.nextStep ?? null,
    status: error.status,
    details: redact(toPlain(error.details)),
  };
}

const STATE_HINT = " Set AGENTEXCHANGE_STATE_DIR to a folder that you can write to.";

function plain(kind: FailureKind, exitCode: number, code: string, message: string): Failure {
  return { kind, exitCode, code, message, retryable: false, nextStep: null, status: null, details: {} };
}

function kindOf(error: AgentExchangeError): keyof typeof EXITS {
  if (error instanceof OrderOutcomeUnknownError || error instanceof OrderOutcomeUndecidedError)
    return "unknown_outcome";
  if (error instanceof RateLimitError) return "rate_limit";
  if (error instanceof OrderRejectedError && error.reason === "rate_limit_exceeded") return "rate_limit";
  if (error instanceof OrderNotFoundError || error instanceof NotFoundError || error instanceof InvalidSymbolError)
    return "not_found";
  if (error instanceof ValidationError) return error.status === null ? "usage" : "refused";
  if (error instanceof OrderError || error instanceof AuthenticationError || error instanceof ConflictError)
    return "refused";
  if (error instanceof ConnectionError) return "no_connection";
  // The platform refuses with other codes, too; a 5xx is its own failure.
  return error.status !== null && error.status >= 400 && error.status < 500 ? "refused" : "failed";
}
