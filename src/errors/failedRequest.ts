import type { Redact } from "./redact.ts";

/** The facts of a request that its error needs. */
export interface FailedRequest {
  /** Name of the client method. */
  readonly name: string;
  readonly attempts: number;
  readonly symbol?: string | undefined;
  readonly side?: string | undefined;
  /** Whether the call can safely be repeated after a server error. */
  readonly repeatable: boolean;
  /** Current time of the platform's clock in Unix milliseconds, for a `Retry-After` date in a response without `Date`. */
  readonly now: number;
  readonly redact: Redact;
}
