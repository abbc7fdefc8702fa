/** A decimal number below 1e12 with at most 8 decimals. */
export type DecimalInput = string | number;

/** What a strategy recommended before a decision. */
export interface SignalRecord {
  readonly kind: "signal";
  /** Connects it to a decision. */
  readonly traceId: string;
  readonly strategyName: string;
  readonly symbol: string;
  readonly action: string;
  /** 0 to 1. */
  readonly confidence?: DecimalInput | undefined;
  /** Weight among all signals. */
  readonly weight?: DecimalInput | undefined;
  readonly signalData?: Readonly<Record<string, unknown>> | undefined;
}

/** What an agent decided, and why. */
export interface DecisionRecord {
  readonly kind: "decision";
  readonly direction: "buy" | "sell" | "hold";
  /** Default `trade`. */
  readonly decisionType?: string | undefined;
  readonly traceId?: string | undefined;
  readonly symbol?: string | undefined;
  /** 0 to 1. */
  readonly confidence?: DecimalInput | undefined;
  readonly reasoning?: string | undefined;
  readonly marketSnapshot?: Readonly<Record<string, unknown>> | undefined;
  readonly riskAssessment?: Readonly<Record<string, unknown>> | undefined;
  /** An order of the agent. */
  readonly orderId?: string | undefined;
}

/** What came of an earlier decision. */
export interface OutcomeRecord {
  readonly kind: "outcome";
  readonly decisionId: string;
  /** Profit or loss, in USDT. */
  readonly pnl: DecimalInput;
}

/** A request that the agent made for a decision. */
export interface ApiCallRecord {
  readonly kind: "apiCall";
  /** Connects it to a decision. */
  readonly traceId: string;
  /** How the request was made, such as `rest`. */
  readonly channel: string;
  readonly endpoint: string;
  readonly method?: string | undefined;
  readonly statusCode?: number | undefined;
  /** In milliseconds. */
  readonly latencyMs: DecimalInput;
  /** In bytes. */
  readonly requestSize?: number | undefined;
  /** In bytes. */
  readonly responseSize?: number | undefined;
  readonly error?: string | undefined;
}

/** Feedback that the agent gave; its status is `submitted`. */
export interface FeedbackRecord {
  readonly kind: "feedback";
}

/** What the platform's own trading service writes about an agent, discriminated by `kind`. */
export type ServiceRecord = SignalRecord | DecisionRecord | OutcomeRecord | ApiCallRecord | FeedbackRecord;

export const FEEDBACK_STATUSES = ["submitted", "acknowledged", "in_progress", "resolved", "wont_fix"] as const;

interface Stored {
  readonly id: string;
  readonly agentId: string;
  readonly createdAt: number;
}

export interface StoredSignal extends Stored, SignalRecord {}

export interface StoredDecision extends Stored, DecisionRecord {
  readonly outcome: { readonly pnl: DecimalInput; readonly time: number } | undefined;
}

export interface StoredApiCall extends Stored, ApiCallRecord {}

export interface StoredFeedback extends Stored, FeedbackRecord {
  readonly status: (typeof FEEDBACK_STATUSES)[number];
  readonly resolution: string | null;
  readonly resolvedAt: number | undefined;
}

export type StoredRecord = StoredSignal | StoredDecision | StoredApiCall | StoredFeedback;
