import type { Effect, Endpoint, Params, WireRequest } from "../endpoints/index.ts";
import type { Redact } from "../errors/index.ts";
import type { TransportConfig } from "./config.ts";
import type { CredentialHeader } from "./credentials.ts";
import type { Deadline } from "./deadline.ts";
import type { OrderTracker } from "./orderTracker.ts";
import type { RecordIntent } from "./requestFunction.ts";
import type { Session } from "./session.ts";
import type { Rank } from "./waitingLine.ts";
import type { Submission } from "./submissions.ts";

/** What all calls of a client share: its configuration and state. */
export interface CallContext {
  readonly config: TransportConfig;
  readonly session: Session;
}

/** What a call that places an order adds to its state. */
export interface OrderCall {
  readonly tracker: OrderTracker;
  readonly submission: Submission;
  /** The caller's own record of it. */
  readonly record: RecordIntent | undefined;
  /** The idempotency key, without which the order must not be repeated. */
  readonly key: string | undefined;
}

/** One call, from its first attempt to its outcome. */
export interface RequestState extends CallContext {
  readonly endpoint: Endpoint<never, unknown>;
  readonly params: Params;
  readonly request: WireRequest;
  readonly deadline: Deadline;
  /** Its place among requests that wait for the rate limit. */
  readonly rank: Rank;
  /** Undefined unless the call places an order. */
  readonly order: OrderCall | undefined;
  /** The agent that the caller or the client's options name; null if none must be named. */
  readonly namedAgent: string | null | undefined;
  /** The agent that the latest attempt names in its header. */
  effectiveAgent?: string | undefined;
  /** Whether an earlier attempt may have been executed. The call is then repeated only with its idempotency key. */
  isUnclear?: boolean;
  /** `clock.elapsed()` when the call began to wait for its next attempt. */
  waitingSince: number;
  /** The credential of the latest attempt. */
  credential?: CredentialHeader;
  signature?: string;
  /** The estimated offset of the platform's clock when the latest attempt was signed: `serverTime.at(0)`. */
  signedWithOffset?: number;
  /** Whether the request has been signed again after the platform's clock turned out to differ. */
  isSignedAgain?: boolean;
}

/** Whether a call with this effect can run twice without harm. */
export function isRepeatable(effect: Effect): boolean {
  return effect === "read" || effect === "cancel";
}

/** Creates a redactor for the client's secrets and those among the call's arguments and headers. */
export function createCallRedactor({ session, params, signature }: RequestState): Redact {
  const { apiKey, apiSecret, password } = params as Readonly<Record<string, string | undefined>>;
  return session.createRedactor([apiKey, apiSecret, password, signature]);
}
