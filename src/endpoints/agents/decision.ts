import { decimal, instant, jsonObject, nullable, record, text, type Codec, type Decimal } from "../../wire/index.ts";

/** Open: the platform may add directions. */
export type DecisionDirection = "buy" | "sell" | "hold" | (string & {});

/** What an agent of the platform decided, and why. */
export interface Decision {
  readonly id: string;
  readonly agentId: string;
  /** Null if the decision was not traced. */
  readonly traceId: string | null;
  /** Such as `trade`. */
  readonly decisionType: string;
  /** Null if it is about no pair. */
  readonly symbol: string | null;
  readonly direction: DecisionDirection;
  /** 0 to 1; null if unknown. */
  readonly confidence: Decimal | null;
  /** Null if none was given. */
  readonly reasoning: string | null;
  /** As stored; null if there is none. */
  readonly marketSnapshot: Readonly<Record<string, unknown>> | null;
  /** As stored; null if there is none. */
  readonly riskAssessment: Readonly<Record<string, unknown>> | null;
  /** Null if no order was placed. */
  readonly orderId: string | null;
  /** In USDT; null until the outcome is recorded. */
  readonly outcomePnl: Decimal | null;
  /** Null until the outcome is recorded. */
  readonly outcomeRecordedAt: Date | null;
  readonly createdAt: Date;
}

export const decisionRecord: Codec<Decision> = record<Decision>({
  id: text,
  agentId: text,
  traceId: nullable(text),
  decisionType: text,
  symbol: nullable(text),
  direction: text,
  confidence: nullable(decimal),
  reasoning: nullable(text),
  marketSnapshot: nullable(jsonObject),
  riskAssessment: nullable(jsonObject),
  orderId: nullable(text),
  outcomePnl: nullable(decimal),
  outcomeRecordedAt: nullable(instant),
  createdAt: instant,
});
