import { toDecimal28, DecimalRangeError, parseDecimal, type Decimal28 } from "../../base/amount.ts";
import type { Account, Agent, RiskLimits, RiskProfile, Scope } from "../model.ts";
import { crash, Rejection } from "../../base/rejection.ts";

const DEFAULTS: RiskLimits = {
  maxPositionPct: toDecimal28(25),
  dailyLossPct: toDecimal28(20),
  maxOpenOrders: toDecimal28(50),
  minOrderValue: toDecimal28("1.0"),
  maxOrderPct: toDecimal28(50),
  ordersPerMinute: toDecimal28(100),
};

// What a profile may hold beside the three limits of the account's.
const BOUNDS: Readonly<Record<string, { readonly least: number; readonly most: number; readonly whole: boolean }>> = {
  max_position_size_pct: { least: 1, most: 100, whole: true },
  daily_loss_limit_pct: { least: 1, most: 100, whole: true },
  max_open_orders: { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true },
  min_order_size_usd: { least: 0, most: Number.MAX_VALUE, whole: false },
  max_order_size_pct: { least: 0, most: 100, whole: false },
  order_rate_limit: { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true },
};

/** The limits that bind an agent: a profile of its own replaces the account's as a whole. */
export function limitsOf(agent: Agent): RiskLimits {
  return (agent.limits ??= parseLimits(effectiveProfile(agent.account, agent)));
}

function effectiveProfile(account: Account, agent: Agent | undefined): Readonly<Record<string, unknown>> {
  if (agent !== undefined && Object.keys(agent.riskProfile).length > 0) return agent.riskProfile;
  return toWireProfile(account.riskProfile);
}

function parseLimits(profile: Readonly<Record<string, unknown>>): RiskLimits {
  return {
    maxPositionPct: parseLimit(profile["max_position_size_pct"]) ?? DEFAULTS.maxPositionPct,
    dailyLossPct: parseLimit(profile["daily_loss_limit_pct"]) ?? DEFAULTS.dailyLossPct,
    maxOpenOrders: parseLimit(profile["max_open_orders"]) ?? DEFAULTS.maxOpenOrders,
    minOrderValue: parseLimit(profile["min_order_size_usd"]) ?? DEFAULTS.minOrderValue,
    maxOrderPct: parseLimit(profile["max_order_size_pct"]) ?? DEFAULTS.maxOrderPct,
    ordersPerMinute: parseLimit(profile["order_rate_limit"]) ?? DEFAULTS.ordersPerMinute,
  };
}

/** A limit as it was sent, in its own text; what is no number sets none. */
export function parseLimit(value: unknown): Decimal28 | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  try {
    return parseDecimal(String(value).trim());
  } catch (error) {
    if (error instanceof DecimalRangeError) return undefined;
    throw error;
  }
}

/** A profile in the names of the wire. */
export function toWireProfile(profile: RiskProfile): Readonly<Record<string, number>> {
  return {
    max_position_size_pct: profile.maxPositionSizePct,
    daily_loss_limit_pct: profile.dailyLossLimitPct,
    max_open_orders: profile.maxOpenOrders,
  };
}

/** The three limits that are shown; a stored value that is no whole number in range cannot be. */
export function reportedProfile({ account, agent }: Scope): RiskProfile {
  return reportLimits(effectiveProfile(account, agent));
}

/** Those of an agent alone, where the account's do not show. */
export function ownProfile({ riskProfile }: Agent): RiskProfile {
  return reportLimits(riskProfile);
}

function reportLimits(profile: Readonly<Record<string, unknown>>): RiskProfile {
  const shown = (name: string, fallback: number): number => {
    const value = profile[name] ?? fallback;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (!isInBounds(name, number)) throw crash();
    return number as number;
  };
  return {
    maxPositionSizePct: shown("max_position_size_pct", 25),
    dailyLossLimitPct: shown("daily_loss_limit_pct", 20),
    maxOpenOrders: shown("max_open_orders", 50),
  };
}

/** Refuses an agent's profile that could not be shown or kept. */
export function checkAgentProfile(profile: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(profile)) {
    if (!Object.hasOwn(BOUNDS, name) || isInBounds(name, value)) continue;
    throw new Rejection("VALIDATION_ERROR", `risk_profile: ${name} is not a number in range.`, {
      field: `risk_profile.${name}`,
    });
  }
}

function isInBounds(name: string, value: unknown): boolean {
  const bounds = BOUNDS[name];
  if (bounds === undefined || typeof value !== "number" || !Number.isFinite(value)) return false;
  return value >= bounds.least && value <= bounds.most && (!bounds.whole || Number.isSafeInteger(value));
}
