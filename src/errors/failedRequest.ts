import type { Redact } from "./redact.ts";

/** The facts of a request that its error needs. */
export interface FailedRequest {
  /** The client method's name. */
  readonly name: string;
  readonly attempts: number;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  /** Whether the call can be made again after a failure of the server without harm. */
  readonly repeatable: boolean;
  /** Unix milliseconds of the platform's clock, to read a `Retry-After` that is a date where the answer has no `Date`. */
  readonly now: number;
  readonly redact: Redact;
}
