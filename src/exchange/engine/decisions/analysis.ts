import { compare, divide, sum, toDecimal28, ZERO, type Decimal28 } from "../../base/amount.ts";
import type { Agent } from "../model.ts";
import type { ExchangeState } from "../state.ts";
import type { DecimalInput, StoredDecision } from "./model.ts";
import { decisionsOf } from "./records.ts";

/** Which decisions to analyze; undefined fields match anything. */
export interface DecisionFilter {
  /** Unix milliseconds, inclusive, as is `end`. */
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly minConfidence: number | undefined;
  readonly direction: StoredDecision["direction"] | undefined;
  readonly outcome: "positive" | "negative" | "all";
}

/** Statistics of some decisions. */
export interface DecisionStats {
  readonly total: number;
  readonly wins: number;
  readonly losses: number;
  readonly winRate: number;
  /** Undefined if no outcome is known. */
  readonly averagePnl: Decimal28 | undefined;
  /** Undefined if no confidence is known. */
  readonly averageConfidence: Decimal28 | undefined;
}

/** The newest decisions that match a filter, newest first. */
export function findDecisions(
  state: ExchangeState,
  agent: Agent,
  filter: DecisionFilter,
  limit: number,
): readonly StoredDecision[] {
  const found: StoredDecision[] = [];
  for (const decision of decisionsOf(state, agent)) {
    if (!matches(decision, filter)) continue;
    found.push(decision);
    if (found.length === limit) break;
  }
  return found;
}

function matches(decision: StoredDecision, filter: DecisionFilter): boolean {
  const { createdAt, confidence } = decision;
  const { start, end, minConfidence, direction, outcome } = filter;
  return (
    (start === undefined || createdAt >= start) &&
    (end === undefined || createdAt <= end) &&
    (minConfidence === undefined ||
      (confidence !== undefined && compare(toDecimal28(confidence), toDecimal28(minConfidence)) >= 0)) &&
    (direction === undefined || decision.direction === direction) &&
    (outcome === "all" || signOf(decision) === (outcome === "positive" ? 1 : -1))
  );
}

/** 1 for a profit, -1 for a loss, 0 for neither or if the outcome is unknown. */
function signOf({ outcome }: StoredDecision): number {
  return outcome === undefined ? 0 : Math.sign(compare(toDecimal28(outcome.pnl), ZERO));
}

export function statsOf(decisions: readonly StoredDecision[]): DecisionStats {
  const total = decisions.length;
  const wins = decisions.filter((each) => signOf(each) > 0).length;
  return {
    total,
    wins,
    losses: decisions.filter((each) => signOf(each) < 0).length,
    winRate: total === 0 ? 0 : wins / total,
    averagePnl: average(decisions.map(({ outcome }) => outcome?.pnl)),
    averageConfidence: average(decisions.map(({ confidence }) => confidence)),
  };
}

function average(values: readonly (DecimalInput | undefined)[]): Decimal28 | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return divide(sum(known.map(toDecimal28)), { units: BigInt(known.length), scale: 0 });
}
