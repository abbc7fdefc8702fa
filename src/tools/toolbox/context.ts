import type { Client } from "../../client/index.ts";
import type { Params } from "../../endpoints/index.ts";
import type { Clock } from "../../transport/index.ts";
import type { Decimal } from "../../wire/index.ts";
import type { AnyEndpoint } from "../catalogue/endpointList.ts";
import type { ForkableExchange } from "../dryRun.ts";
import type { JsonObject } from "../json.ts";
import type { ApprovalPolicy, HaltReport, ToolError } from "../types.ts";
import type { Approvals } from "./approvals.ts";
import type { Ledger } from "./ledger.ts";
import type { CheckedMandate } from "./mandate.ts";

/** When a person must approve, checked. */
export interface CheckedPolicy {
  readonly above: Decimal;
  readonly ask: Exclude<ApprovalPolicy["ask"], false>;
  /** Milliseconds. */
  readonly validFor: number;
}

/** What the parts of one toolbox share. */
export interface ToolboxContext {
  readonly client: Client;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly mandate: CheckedMandate | undefined;
  /** Whether calls are only simulated, and on a fork of which exchange. */
  readonly dryRun: boolean | ForkableExchange;
  readonly policy: CheckedPolicy | undefined;
  readonly approvals: Approvals;
  /** The exchange's time as far as it is known, in Unix milliseconds. Setting the local clock does not change it. */
  readonly now: () => number;
  /** Learns the exchange's time from a response that has just arrived. */
  readonly observeTime: (time: Date) => void;
  /** Begins every attempt of this toolbox. */
  readonly instance: string;
  readonly newId: () => string;
  readonly redact: <T>(value: T) => T;
  /** Runs of this toolbox that may send, by attempt. */
  readonly running: Map<string, Promise<unknown>>;
  /** Searches for orders whose outcome is unknown, by call ID. */
  readonly searches: Map<string, Promise<void>>;
  /** Aborted when the toolbox is closed. */
  readonly closing: AbortSignal;
  readonly halting: Halting;
}

/** The halt of a toolbox. */
export interface Halting {
  /** Set at once by this toolbox's own halt, even if the journal cannot be written. */
  readonly local: { readonly since: string; readonly reason: string } | null;
  /** Aborted by the next halt of this toolbox: nobody needs to be asked any more. */
  readonly signal: AbortSignal;
  /** Whether nobody has told the dead man's timer to wait; it halts then. */
  isUnattended(): boolean;
  halt(options?: { readonly reason?: string; readonly flatten?: boolean }): Promise<HaltReport>;
}

/** A call with an effect, after its input has been read. */
export interface Call {
  readonly callId: string;
  readonly endpoint: AnyEndpoint;
  readonly input: JsonObject;
  readonly params: Params;
  /** Identifies tool and input. */
  readonly digest: string;
  /** This run of it. */
  readonly attempt: string;
  readonly approval: unknown;
  readonly reason: string | undefined;
  readonly signal: AbortSignal;
}

/** A result before it is told which call it belongs to, as the journal stores it. */
export type Outcome =
  | { readonly ok: true; readonly data: JsonObject[string]; readonly more?: string }
  | { readonly ok: false; readonly error: ToolError };
