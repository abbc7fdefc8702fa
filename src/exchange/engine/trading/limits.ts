import { toDecimal28, DecimalRangeError, parseDecimal, type Decimal28 } from "../../base/amount.ts";
import type { Account, Agent, RiskLimits, RiskProfile, Scope } from "../model.ts";
import { crash, Rejection } from "../../base/rejection.ts";
import { accountOf } from "../scope.ts";
import type { ExchangeState } from "../state.ts";

const DEFAULTS: RiskLimits = {
  maxPositionPct: toDecimal28(25),
  dailyLossPct: toDecimal28(20),
  maxOpenOrders: toDecimal28(50),
  minOrderValue: toDecimal28("1.0"),
  maxOrderPct: toDecimal28(50),
  ordersPerMinute: toDecimal28(100),
};

// Bounds of the values that an agent's profile may contain.
const BOUNDS: Readonly<Record<string, { readonly min: number; readonly max: number; readonly integer: boolean }>> = {
  max_position_size_pct: { min: 1, max: 100, integer: true },
  daily_loss_limit_pct: { min: 1, max: 100, integer: true },
  max_open_orders: { min: 1, max: Number.MAX_SAFE_INTEGER, integer: true },
  min_order_size_usd: { min: 0, max: Number.MAX_VALUE, integer: false },
  max_order_size_pct: { min: 0, max: 100, integer: false },
  order_rate_limit: { min: 1, max: Number.MAX_SAFE_INTEGER, integer: true },
};

/** The limits of an agent. Its own profile, if not empty, replaces the account's entirely. */
export function limitsOf(state: ExchangeState, agent: Agent): RiskLimits {
  return (agent.limits ??= parseLimits(effectiveProfile(accountOf(state, agent), agent)));
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

/** Parses a limit, keeping its decimals. Returns undefined for anything but a number. */
export function parseLimit(value: unknown): Decimal28 | undefined {
  if (typeof value !== "number" && typeof value !== "string") return undefined;
  try {
    return parseDecimal(String(value).trim());
  } catch (error) {
    if (error instanceof DecimalRangeError) return undefined;
    throw error;
  }
}

/** A profile with its wire names. */
export function toWireProfile(profile: RiskProfile): Readonly<Record<string, number>> {
  return {
    max_position_size_pct: profile.maxPositionSizePct,
    daily_loss_limit_pct: profile.dailyLossLimitPct,
    max_open_orders: profile.maxOpenOrders,
  };
}

/** The three limits of a response. Fails, as the platform does, if a stored value is not an integer in range. */
export function reportedProfile({ account, agent }: Scope): RiskProfile {
  return reportLimits(effectiveProfile(account, agent));
}

/** The limits of an agent's own profile, without the account's. */
export function ownProfile({ riskProfile }: Agent): RiskProfile {
  return reportLimits(riskProfile);
}

function reportLimits(profile: Readonly<Record<string, unknown>>): RiskProfile {
  const shown = (name: string, fallback: number): number => {
    const value = profile[name] ?? fallback;
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (!isInBounds(name, number)) throw crash();
    return number;
  };
  return {
    maxPositionSizePct: shown("max_position_size_pct", 25),
    dailyLossLimitPct: shown("daily_loss_limit_pct", 20),
    maxOpenOrders: shown("max_open_orders", 50),
  };
}

/** Rejects an agent's profile that could not be stored or reported. */
export function checkAgentProfile(profile: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(profile)) {
    if (!Object.hasOwn(BOUNDS, name) || isInBounds(name, value)) continue;
    throw new Rejection("VALIDATION_ERROR", `risk_profile: ${name} is not a number in range.`, {
      field: `risk_profile.${name}`,
    });
  }
}

function isInBounds(name: string, value: unknown): value is number {
  const bounds = BOUNDS[name];
  if (bounds === undefined || typeof value !== "number" || !Number.isFinite(value)) return false;
  return value >= bounds.min && value <= bounds.max && (!bounds.integer || Number.isSafeInteger(value));
}
