import { systemClock, type Clock } from "../transport/index.ts";
import { checkLeaseRequest, type Budget } from "./budget.ts";
import { Ledger } from "./ledger.ts";

/** Options of {@link memoryBudget}. */
export interface MemoryBudgetOptions {
  /** Default the system clock. Pass the clients' clock in tests with virtual time. */
  readonly clock?: Clock | undefined;
}

/**
 * Shares one account's requests among the clients of a process.
 *
 * @example
 * ```ts
 * const rateLimit = sharedLimiter(memoryBudget());
 * await using trader = new AgentExchangeClient({ ...connection, apiKey: "ak_live_example", rateLimit });
 * ```
 */
export function memoryBudget({ clock = systemClock }: MemoryBudgetOptions = {}): Budget {
  let ledger: Ledger | undefined;
  return {
    async lease(request) {
      // Created on first use, since Workers have no time at startup. `elapsed()` does not jump.
      ledger ??= new Ledger({ now: clockOf(clock) });
      return ledger.lease(checkLeaseRequest(request));
    },
  };
}

function clockOf(clock: Clock): () => number {
  const start = clock.now() - clock.elapsed();
  return () => start + clock.elapsed();
}
