import { errorTexts, nextSteps } from "./texts.ts";
import { toolErrorTexts } from "./toolErrorTexts.ts";

/** What a code of an error means. */
export interface ErrorDescription {
  readonly code: string;
  /** The class of the client's error; null for errors of tools, which are results. */
  readonly error: string | null;
  /** What happened, in one sentence. */
  readonly meaning: string;
  /** Whether the same call may succeed later; `reads` if only one that changes nothing may be repeated. */
  readonly retryable: boolean | "reads";
  /** What an agent should do, in one sentence. */
  readonly nextStep: string;
}

/**
 * All known codes of errors: those of the platform, of the client and of tools. The platform may add codes.
 *
 * @example
 * ```ts
 * import { errorCatalogue } from "agentexchange/tools";
 *
 * const unknown = errorCatalogue.find(({ code }) => code === "ORDER_OUTCOME_UNKNOWN");
 * console.log(unknown?.nextStep); // Do not repeat it; reconcile it first.
 * ```
 */
export const errorCatalogue: readonly ErrorDescription[] = /* @__PURE__ */ [
  ...errorTexts.map(([code, error, meaning, retryable]) => ({
    code,
    error,
    meaning,
    retryable,
    nextStep: nextSteps[code] ?? "",
  })),
  ...toolErrorTexts.map(([code, meaning, retryable, nextStep]) => ({
    code,
    error: null,
    meaning,
    retryable,
    nextStep,
  })),
];
