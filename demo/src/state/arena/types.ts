import type { Decimal } from "agentexchange";
import type { Outcome } from "agentexchange/bots";
import type { JsonObject } from "agentexchange/tools";
import type { Point } from "./curve.ts";

export const KINDS = ["dollarCostAverage", "buyTheDip", "movingAverageCross", "rebalance", "modelDriven"] as const;
export type StrategyKind = (typeof KINDS)[number];

/** An agent as a person defines it. Amounts are plain decimal strings. */
export interface AgentSettings {
  readonly name: string;
  readonly kind: StrategyKind;
  readonly pairs: readonly string[];
  /** The strategy's own values, by the name of their field. */
  readonly values: Readonly<Record<string, string>>;
  /** The limits of its mandate. */
  readonly limits: Readonly<Record<LimitName, string>>;
}

export type LimitName = "maxPerDay" | "maxExposure" | "maxDrawdownPct";

export interface ArenaSettings {
  readonly seed: number;
  /** Milliseconds of the exchange's time between two decisions. */
  readonly period: number;
  readonly agents: readonly AgentSettings[];
}

/** A tool call that places an order, and its result. */
export interface Call {
  readonly id: string;
  readonly agent: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly method: string;
  readonly input: JsonObject;
  readonly reason: string;
  readonly outcome: Outcome;
  /** The exchange's answer as JSON, or why nothing was sent. */
  readonly answer: string;
  /** The request that was sent; null if none was. */
  readonly request: { readonly line: string; readonly status: number } | null;
  readonly orderId: string | null;
}

/** A line of the list of what happened: a fill, or orders that were refused for the same reason. */
export interface ArenaEvent {
  readonly id: string;
  /** The agent's place in the settings. */
  readonly agent: number;
  readonly time: number;
  readonly kind: "fill" | "refused";
  readonly symbol: string;
  readonly side: string;
  readonly quantity: string;
  /** Null for a refusal. */
  readonly price: string | null;
  readonly fee: string | null;
  /** How many refusals in a row this line stands for; 1 for a fill. */
  readonly times: number;
  /** The call that made it. */
  readonly call: Call | null;
}

/** What an agent did last. */
export interface LastDecision {
  readonly time: number;
  readonly outcome: Outcome;
  readonly reason: string;
}

/** An agent at one moment. */
export interface AgentView {
  readonly settings: AgentSettings;
  readonly equity: Decimal;
  /** In percent of the start. */
  readonly changePct: Decimal;
  /** The largest fall from a peak so far, in percent. */
  readonly drawdownPct: Decimal;
  readonly curve: readonly Point[];
  /** Points that are equally far apart. */
  readonly spaced: readonly Point[];
  readonly orders: number;
  readonly refusals: number;
  /** USDT of today's orders, which count against the mandate. */
  readonly usedToday: Decimal;
  /** Why the toolbox is halted; null while it is not. */
  readonly halted: string | null;
  readonly last: LastDecision | null;
}

/** The arena at one moment. */
export interface ArenaView {
  /** The exchange's time, in Unix milliseconds. */
  readonly now: number;
  readonly ticks: number;
  readonly nextTick: number;
  readonly agents: readonly AgentView[];
  /** Newest first. */
  readonly events: readonly ArenaEvent[];
}
