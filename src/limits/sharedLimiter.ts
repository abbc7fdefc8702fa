import { invalid } from "../endpoints/index.ts";
import { createLimiter, LIMITS, randomUuid, UNLIMITED, isLimited, type SharedLimiter } from "../transport/index.ts";
import { isShared, type Budget, type SharedTier } from "./budget.ts";
import { BudgetLink } from "./budgetLink.ts";
import { SharedLane } from "./sharedLane.ts";

/** Options of {@link sharedLimiter}. */
export interface SharedLimiterOptions {
  /** At the rate limit: `"wait"` (default), or `"throw"` a RateLimitError. */
  readonly mode?: "wait" | "throw" | undefined;
}

/**
 * Limits the requests of several clients of one account together. Pass it as the option `rateLimit` to each of them, in
 * other processes with a budget of the same account. Cancels and reconciling go before orders, orders before everything
 * else. Pass a function instead of a stub to a client that lives longer than one event: a stub that has failed may fail for
 * ever. If the budget does not answer, cancels are sent all the same, and other calls reject with a `ConnectionError`.
 *
 * @throws {@link ValidationError} if the budget has no method `lease`, or an option is invalid
 *
 * @example
 * ```ts
 * const rateLimit = sharedLimiter(memoryBudget());
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", rateLimit });
 * await using watcher = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", rateLimit });
 * console.log(rateLimit.mode); // wait
 * ```
 */
export function sharedLimiter(budget: Budget | (() => Budget), options: SharedLimiterOptions = {}): SharedLimiter {
  if (typeof budget !== "function" && typeof (budget as Budget | null | undefined)?.lease !== "function")
    throw invalid("sharedLimiter", [{ field: "budget", message: "must be a budget, such as memoryBudget()" }]);
  const current = typeof budget === "function" ? budget : () => budget;
  const { mode = "wait", ...unknown } = options;
  for (const field in unknown) throw invalid("sharedLimiter", [{ field, message: "is not an option" }], ["mode"]);
  if (mode !== "wait" && mode !== "throw")
    throw invalid("sharedLimiter", [{ field: "mode", message: 'must be "wait" or "throw"' }]);
  return {
    mode,
    connect(clock, serverTime) {
      const link = new BudgetLink(current, randomUuid(), clock, serverTime);
      /** Counts logins, which the platform limits by address, and cancels that the budget did not answer. */
      const own = createLimiter(mode, clock, serverTime);
      const lanes = new Map<SharedTier, SharedLane>();
      return {
        take(tier, rank, deadline) {
          if (!isLimited(tier)) return UNLIMITED;
          if (!isShared(tier)) return own.take(tier, rank, deadline);
          let lane = lanes.get(tier);
          if (lane === undefined) {
            const ownSlot = own.take.bind(own, tier, 0);
            lanes.set(tier, (lane = new SharedLane({ tier, mode, clock, link, ownSlot }, LIMITS[tier])));
          }
          return lane.take(rank, deadline);
        },
        close() {
          own.close();
          for (const lane of lanes.values()) lane.close();
        },
      };
    },
  };
}
