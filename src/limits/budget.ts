import { invalid, type Tier } from "../endpoints/index.ts";
import { INITIAL_ERROR, isLimited } from "../transport/index.ts";
import { MINUTE } from "../wire/index.ts";

/** Maximum number of slots in one lease. */
export const MAX_SLOTS = 20;

/** A tier whose limit the platform counts for the whole account. Logins and registrations are counted by address. */
export type SharedTier = "orders" | "backtest" | "training" | "general";

/** Whether the platform counts requests of a tier for the whole account. */
export function isShared(tier: Tier): tier is SharedTier {
  return isLimited(tier) && tier !== "login" && tier !== "register";
}

/** What became of the slots of a lease since the last report. */
export interface LeaseReport {
  readonly lease: string;
  /** Requests that the platform counted, by its Unix minute. */
  readonly counted: readonly (readonly [minute: number, count: number])[];
  /** Slots that were not used and will not be. */
  readonly unused: number;
}

/** What one response said about a tier's window. */
export interface WindowSeen {
  /** The window, as a Unix minute of the platform's clock. */
  readonly minute: number;
  readonly limit: number;
  readonly remaining: number;
}

/** A client's request for slots, with reports on those that it had before. */
export interface LeaseRequest {
  /** A random id of the client, the same in all its requests. */
  readonly holder: string;
  readonly tier: SharedTier;
  /** 0 for cancels and reconciling, 1 for orders, 2 for everything else. */
  readonly rank: 0 | 1 | 2;
  /** Number of calls that wait for a slot. */
  readonly needed: number;
  /** Number of slots that the client can use soon, at most 20 and at least `needed`; 0 to report only. */
  readonly slots: number;
  /** Milliseconds for which the first of the calls has waited. */
  readonly waited: number;
  /** Milliseconds for which it can still wait. */
  readonly patience: number;
  readonly reports: readonly LeaseReport[];
  /** The newest headers. */
  readonly seen?: WindowSeen | undefined;
  /** Milliseconds by which the platform's clock is ahead of the budget's, at least and at most. */
  readonly ahead?: readonly [min: number, max: number] | undefined;
  /** Milliseconds for which the platform rejects requests of the tier. */
  readonly paused?: number | undefined;
}

/** The answer to a {@link LeaseRequest}. */
export interface LeaseReply {
  /** Identifies the slots in reports. */
  readonly lease: string;
  /** Number of slots; 0 if none is free. */
  readonly slots: number;
  /** Milliseconds for which they can be used, counted from the moment at which the client asked. */
  readonly expiresIn: number;
  /** Milliseconds until it is worth to ask for more; 0 for now. */
  readonly wait: number;
  /** Requests per minute of the tier. */
  readonly limit: number;
  /** Whether the use of these slots should be reported as soon as they are used: until then they count in several windows. */
  readonly reportSoon: boolean;
  /** The budget's own clock in milliseconds. */
  readonly now: number;
}

/** The requests that one account of the platform may send, shared by several clients. */
export interface Budget {
  /** Grants slots, or says when to ask again. */
  lease(request: LeaseRequest): Promise<LeaseReply>;
}

const MAX_REPORTS = 1000;
/** Longer waits are of no use: all windows are open again by then. */
const HOUR: number = 60 * MINUTE;

/**
 * Checks a request that comes from another program.
 *
 * @throws ValidationError if a field is missing or invalid
 */
export function checkLeaseRequest(value: unknown): LeaseRequest {
  const request = (typeof value === "object" && value !== null ? value : {}) as Partial<LeaseRequest>;
  const { holder, tier, rank, needed, slots, waited, patience, reports, seen, ahead, paused } = request;
  check(typeof holder === "string" && holder.length > 0 && holder.length <= 100, "holder", "1 to 100 characters");
  check(typeof tier === "string" && isShared(tier), "tier", "orders, backtest, training or general");
  check(rank === 0 || rank === 1 || rank === 2, "rank", "0, 1 or 2");
  check(isCount(slots, MAX_SLOTS), "slots", `an integer from 0 to ${MAX_SLOTS}`);
  check(isCount(needed, slots), "needed", "an integer from 0 to slots");
  check(isNumber(waited, 0, HOUR), "waited", "0 to 3600000 milliseconds");
  check(isNumber(patience, 0, Infinity), "patience", "0 or more milliseconds");
  check(paused === undefined || isNumber(paused, 0, MINUTE), "paused", "0 to 60000 milliseconds");
  check(
    ahead === undefined ||
      (Array.isArray(ahead) && ahead.length === 2 && ahead.every(Number.isFinite) && isNarrow(ahead)),
    "ahead",
    "two numbers of milliseconds, the lower one first, at most four minutes apart",
  );
  check(
    seen === undefined ||
      (isCount(seen?.minute) && isCount(seen.limit) && seen.limit > 0 && isCount(seen.remaining, seen.limit)),
    "seen",
    "a minute, a limit and the remaining requests",
  );
  check(
    Array.isArray(reports) && reports.length <= MAX_REPORTS && reports.every(isReport),
    "reports",
    "a list of reports",
  );
  return request as LeaseRequest;
}

function isReport(value: Partial<LeaseReport> | null): boolean {
  return (
    typeof value?.lease === "string" &&
    isCount(value.unused, MAX_SLOTS) &&
    Array.isArray(value.counted) &&
    value.counted.length <= MAX_SLOTS &&
    value.counted.every((entry: unknown) => Array.isArray(entry) && isCount(entry[0]) && isCount(entry[1], MAX_SLOTS))
  );
}

function isNarrow([min, max]: readonly number[]): boolean {
  return min !== undefined && max !== undefined && min <= max && max - min <= 2 * INITIAL_ERROR;
}

function isNumber(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}

function isCount(value: unknown, max: number = Number.MAX_SAFE_INTEGER): value is number {
  return isNumber(value, 0, max) && Number.isInteger(value);
}

function check(isValid: boolean, field: string, expected: string): asserts isValid {
  if (!isValid) throw invalid("lease", [{ field, message: `must be ${expected}` }]);
}
