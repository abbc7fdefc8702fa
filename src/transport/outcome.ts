import type { AgentExchangeError } from "../errors/index.ts";

/** What another attempt needs in order to succeed. */
export type Recovery = "retry" | "reauthenticate" | "re-sign" | "resolve-agent" | "none";

/** The outcome of one attempt. */
export type Outcome =
  | { readonly kind: "done"; readonly value: unknown }
  /** Not executed, as the response shows, or harmless to repeat. */
  | { readonly kind: "failed"; readonly error: AgentExchangeError; readonly recovery: Recovery }
  /** May have been executed and must not be executed twice. `reason` is an error, or the caller's abort reason. */
  | { readonly kind: "unclear"; readonly reason: unknown }
  /** The call ended first: by timeout, by the caller's abort, or because the client was closed. */
  | { readonly kind: "ended"; readonly reason: unknown };

/** A failure that is harmless to repeat, or else leaves the outcome unclear. */
export function failedOrUnclear(isHarmless: boolean, error: AgentExchangeError, recovery: Recovery): Outcome {
  return isHarmless ? { kind: "failed", error, recovery } : { kind: "unclear", reason: error };
}
