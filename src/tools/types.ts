import type { Effect, Tier } from "../endpoints/index.ts";
import type { ForkableExchange } from "./dryRun.ts";
import type { JournalStore } from "./journal/journalStore.ts";
import type { JsonObject, JsonSchema, JsonValue } from "./json.ts";

/** An endpoint as data: what a model needs to know to call it, and what a program needs to know to let it. */
export interface OperationDescription {
  /** The name of the client method, such as `getPrice`. */
  readonly name: string;
  /** What it does and returns, in one to three sentences for a model. */
  readonly description: string;
  /** A closed object: unknown arguments are refused. */
  readonly inputSchema: JsonSchema;
  /** The result as plain JSON: decimals and times are strings. */
  readonly outputSchema: JsonSchema;
  /** Arguments that are valid. */
  readonly example: JsonObject;
  readonly effect: Effect;
  readonly tier: Tier;
}

/** What agents may do. Amounts are in USDT; an absent limit does not apply, but `symbols` and `until` always exist. */
export interface Mandate {
  /** The pairs that may be traded. */
  readonly symbols: readonly string[];
  /** The largest worst-case value of one order, fee included. */
  readonly maxOrder?: string | undefined;
  /** The largest worst-case value of all orders of one UTC day. */
  readonly maxPerDay?: string | undefined;
  readonly maxOrdersPerDay?: number | undefined;
  /** The largest value of all positions and pending buys together. */
  readonly maxExposure?: string | undefined;
  /** In percent of the highest equity that the toolbox has seen; reaching it halts the toolbox. */
  readonly maxDrawdownPct?: string | undefined;
  /** ISO-8601 with a time zone. Orders are refused from then on. */
  readonly until: string;
}

/** A named set of tools: `look` only reads the market and the account. */
export type ToolSet = "look" | "trading" | "research" | "all";

/** A question to a person: may this order be placed? */
export interface ApprovalRequest {
  /** Identifies the request. It is no permission: only {@link Toolbox.approve} makes one of it. */
  readonly id: string;
  readonly tool: string;
  /** The canonical input. */
  readonly input: JsonObject;
  /** One sentence for a person: side, quantity, pair, worst-case value. */
  readonly summary: string;
  /** The worst-case value, in USDT. */
  readonly value: string;
  readonly expiresAt: string;
}

/** When a person must approve an order. */
export interface ApprovalPolicy {
  /** Orders whose worst-case value is greater need an approval, in USDT; `"0"` means all. */
  readonly above: string;
  /**
   * Asks a person and resolves to the answer. Without it, or with `false`, `run` does not wait: its result has the code
   * `APPROVAL_REQUIRED` and the request, for frameworks that ask by themselves.
   */
  readonly ask?: false | ((request: ApprovalRequest, signal: AbortSignal) => boolean | Promise<boolean>) | undefined;
  /** How long a request and its approval are valid, in milliseconds; default 5 minutes. */
  readonly validFor?: number | undefined;
  /**
   * Signs approvals: a random string of at least 32 characters, never shown to an agent. With it, an approval is valid in
   * every process that has the same secret, actor and journal. Default: a new key, known to this toolbox only.
   */
  readonly secret?: string | undefined;
}

/** Options of {@link createToolbox}. */
export interface ToolboxOptions {
  /** Without a mandate, tools that place orders or write are refused. */
  readonly mandate?: Mandate | undefined;
  readonly approve?: ApprovalPolicy | undefined;
  /** Where calls and their outcomes are recorded; default in memory. */
  readonly journal?: JournalStore | undefined;
  /** A named set, or names of operations; default `trading`. */
  readonly tools?: ToolSet | readonly string[] | undefined;
  /** Who calls, for the journal; default `agent`. */
  readonly actor?: string | undefined;
  /**
   * Simulates calls with an effect: `true` computes orders from quote, filters and balance; an embedded exchange runs them
   * on a fork of it. They are checked like real ones, and reserve nothing.
   */
  readonly dryRun?: boolean | ForkableExchange | undefined;
  /** Halts the toolbox if `alive()` is not called for this long, in milliseconds. */
  readonly deadMansTimer?: number | undefined;
}

/** Options of one {@link Toolbox.run}. */
export interface RunOptions {
  /**
   * Identifies the call. The same ID again returns the first outcome, marked `repeated`, and has no further effect; with
   * another tool or input it is refused. `APPROVAL_REQUIRED` is no outcome: the call may run again with an approval.
   * Default: a new one.
   */
  readonly callId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The result of {@link Toolbox.approve}. It is valid once, and only for the tool, input and toolbox of its request. */
  readonly approval?: string | undefined;
  /** Why, in the agent's words, for the journal. */
  readonly reason?: string | undefined;
}

/** A failure as data. */
export interface ToolError {
  readonly code: string;
  /** One sentence without secrets. */
  readonly message: string;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** What the agent should do now, in one sentence. */
  readonly nextStep: string;
  readonly details?: JsonObject | undefined;
}

/** The result of a tool. Plain JSON: it can be given to a model as it is. */
export type ToolResult =
  | {
      readonly ok: true;
      readonly callId: string;
      readonly data: JsonValue;
      /** True if an earlier call with this ID had this outcome. */
      readonly repeated?: true;
      /** Present if the data was cut: what is missing and how to get it. */
      readonly more?: string;
    }
  | {
      readonly ok: false;
      readonly callId: string;
      readonly error: ToolError;
      readonly repeated?: true;
      /** Present if the code is `APPROVAL_REQUIRED`; with `repeated` if it comes from `needsApproval`. */
      readonly approvalRequest?: ApprovalRequest;
    };

/** A call with an effect, as the journal has it. */
export interface CallReport {
  readonly callId: string;
  readonly tool: string;
  /** The pair of an order; null for other calls, and for orders that were refused before they were checked. */
  readonly symbol: string | null;
  /** `unsent`: nothing has been sent yet; `unknown`: it may have been executed; `done`: it has an outcome. */
  readonly state: "unsent" | "unknown" | "done";
  /** The outcome; null unless it is `done`. */
  readonly result: ToolResult | null;
  /** ISO-8601, by the exchange: when its state changed last. */
  readonly time: string;
}

/** What a person has found out about an order. */
export interface SettleDecision {
  /** Which order it is; null if it was not executed. */
  readonly orderId: string | null;
  /** Names the person, for the journal. */
  readonly by: string;
  readonly signal?: AbortSignal | undefined;
}

/** The state of a toolbox. */
export interface ToolboxStatus {
  readonly halted: false | { readonly since: string; readonly reason: string };
  /** What of the mandate is used; amounts in USDT. Orders with an unknown outcome count. */
  readonly used: {
    readonly day: string;
    readonly value: string;
    readonly orders: number;
    readonly unknown: number;
  };
  /** Orders whose outcome is unknown, oldest first. See {@link Toolbox.reconcile} and {@link Toolbox.settle}. */
  readonly unknown: readonly CallReport[];
  readonly mandate: Mandate | null;
}

/** What a halt did. */
export interface HaltReport {
  /** IDs of cancelled orders; null if cancelling failed, with the reason in `problems`. */
  readonly cancelled: number | null;
  /** Positions that were sold; null if not asked for. */
  readonly flattened: readonly string[] | null;
  /** What did not succeed. The toolbox refuses orders in any case. */
  readonly problems: readonly string[];
}

/** Tools for an AI agent with a mandate in code: the only place that checks, asks, records and sends. */
export interface Toolbox {
  /** Identifies the toolbox in its journal; approvals are bound to it. */
  readonly id: string;
  /** The tools of its set. */
  list(): readonly OperationDescription[];
  /**
   * Runs a tool. It never rejects: failures are results. Input is checked, the mandate's limits are reserved in the journal
   * before an order is sent, and an order with an unknown outcome keeps its reservation until it is reconciled.
   */
  run(name: string, input: unknown, options?: RunOptions): Promise<ToolResult>;
  /** What an order would do now: price, fee, slippage, what is left, and which limit is nearest. Nothing is sent. */
  preview(name: string, input: unknown, options?: { readonly signal?: AbortSignal | undefined }): Promise<ToolResult>;
  /**
   * Whether a valid call would need an approval now; used by frameworks that ask before they run. With a `callId`, the
   * question is recorded: until it expires, the same call gets the same request here, and from `run` with `repeated`. So
   * an adapter can tell a yes to this very call from a resent or standing one.
   */
  needsApproval(name: string, input: unknown, options?: RunOptions): Promise<ApprovalRequest | null>;
  /**
   * Makes a permission of a request, after a person has said yes. Call it from code that a person controls, never from a
   * tool.
   */
  approve(request: ApprovalRequest): Promise<string>;
  /** Cancels all pending orders, sells positions if asked, and refuses everything but reads until `resume`. */
  halt(options?: { readonly reason?: string; readonly flatten?: boolean }): Promise<HaltReport>;
  /** Ends a halt. `by` names the person. */
  resume(by: string): Promise<void>;
  /**
   * Finds out about orders of this journal whose outcome is unknown, such as those of a process that crashed, and gives
   * back reservations that such a process did not use. Takes up to 15 seconds. Resolves to the orders that remain unknown.
   *
   * @throws AgentExchangeError if the journal cannot be read or written
   */
  reconcile(options?: { readonly signal?: AbortSignal | undefined }): Promise<readonly CallReport[]>;
  /**
   * Settles an order that `reconcile` cannot decide, because others placed equal ones at the same time: a person says which
   * one it is. For about 15 seconds it looks for the order itself; if that decides, the decision is not used. Call it from
   * code that a person controls, never from a tool. If the exchange still confirms the order in its response to the call,
   * that counts, and not the decision.
   *
   * @returns the call as it is then
   * @throws ValidationError if the call is not of an order that may have been executed, if `orderId` is none of the orders
   * that it can be, if one more of those has appeared meanwhile (the message lists them), or if the client's key is not the
   * one that sent it
   * @throws AgentExchangeError if the journal cannot be read or written, if the exchange cannot be asked, or after `close()`
   * @throws the reason of the signal, once it is aborted
   */
  settle(callId: string, decision: SettleDecision): Promise<CallReport>;
  /**
   * What the journal has of a call; null if it has none with this ID.
   *
   * @throws AgentExchangeError if the journal cannot be read
   */
  lookUp(callId: string): Promise<CallReport | null>;
  /** Tells the dead man's timer that somebody watches. */
  alive(): void;
  status(): Promise<ToolboxStatus>;
  /** Ends running calls and timers. The journal stays. */
  close(): Promise<void>;
}
