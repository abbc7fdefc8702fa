// Clients that share one budget, against a server that counts as the platform does. Everything is in virtual time.
import type { Tier } from "../../src/endpoints/index.ts";
import { Ledger, sharedLimiter, type Budget, type LedgerState, type LeaseRequest } from "../../src/limits/index.ts";
import { startDeadline } from "../../src/transport/deadline.ts";
import { createServerTime } from "../../src/transport/serverTime.ts";
import type { Clock, Limiter, Rank } from "../../src/transport/index.ts";
import type { quickClock } from "./quickClock.ts";
import { rateServer } from "./rateServer.ts";
import { unsteadyClock, type ClockFault } from "./unsteadyClock.ts";

type TestClock = ReturnType<typeof quickClock>;

export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimeout(resolve, ms));
}

export interface RemoteOptions {
  readonly random: () => number;
  /** Maximum milliseconds of each message to the budget or back. */
  readonly latency: number;
  /** Share of messages that are lost, in each direction. */
  readonly loss?: number;
  /** How far the budget's own clock is ahead of virtual time. */
  readonly ahead?: number;
}

/** A ledger behind a slow and lossy connection, which can be evicted: only what it saved survives. */
export function remoteBudget(clock: TestClock, { random, latency, loss = 0, ahead = 0 }: RemoteOptions) {
  let ledger: Ledger | undefined;
  let state: LedgerState | undefined;
  const counts = { requests: 0, granted: 0, saves: 0 };
  const open = (): Ledger =>
    new Ledger({
      now: () => clock.now() + ahead,
      state,
      save: (saved) => {
        state = JSON.parse(JSON.stringify(saved)) as LedgerState;
        counts.saves++;
      },
    });
  const transfer = async (): Promise<void> => {
    if (latency > 0) await pause(clock, random() * latency);
    if (random() < loss) throw new Error("lost");
  };
  const budget: Budget = {
    async lease(request: LeaseRequest) {
      counts.requests++;
      await transfer();
      ledger ??= open();
      const reply = ledger.lease(structuredClone(request));
      counts.granted += reply.slots;
      await transfer();
      return structuredClone(reply);
    },
  };
  return { budget, counts, evict: () => (ledger = undefined) };
}

export interface AgentOptions {
  readonly random: () => number;
  /** Maximum milliseconds until a request is counted, and until its response arrives. */
  readonly latency: number;
  readonly fault?: ClockFault;
  readonly mode?: "wait" | "throw";
}

/** One request: when it was made, granted and answered. */
export interface Served {
  readonly agent: number;
  readonly rank: Rank;
  readonly madeAt: number;
  readonly grantedAt: number;
}

export function fleet(clock: TestClock, server: ReturnType<typeof rateServer>, limit: number) {
  const served: Served[] = [];
  return {
    served,
    agent: (budget: Budget, number: number, { random, latency, fault, mode = "wait" }: AgentOptions) => {
      const local = unsteadyClock(clock, fault ?? { offset: 0, rate: 1, steps: [] });
      const time = createServerTime(local);
      const limiter: Limiter = sharedLimiter(budget, { mode }).connect(local, time);
      const active = new Set<ReturnType<typeof startDeadline>>();
      let isAlive = true;
      return {
        limiter,
        /** Everything that it does ends now; what it has sent arrives. */
        die: () => (isAlive = false),
        async request(rank: Rank, timeout = Infinity, tier: Tier = "orders"): Promise<"served" | "dead"> {
          if (!isAlive) return "dead";
          const madeAt = clock.elapsed();
          const deadline = startDeadline({ name: "it", repeatable: true, timeout, signal: undefined }, local, active);
          try {
            for (;;) {
              const slot = await limiter.take(tier, rank, deadline);
              if (!isAlive) return "dead";
              const grantedAt = clock.elapsed();
              const sentAt = local.elapsed();
              await pause(clock, 1 + random() * latency);
              const { isRejected, headers, retryAfter } = server.arrive();
              await pause(clock, 1 + random() * latency);
              if (!isAlive) return "dead";
              const resetSeconds = Number(headers["x-ratelimit-reset"]);
              time.observe({ date: headers["date"] ?? null, resetSeconds }, sentAt, local.elapsed());
              slot.settle({ limit, remaining: Number(headers["x-ratelimit-remaining"]), resetSeconds });
              deadline.attempts++;
              if (!isRejected) {
                served.push({ agent: number, rank, madeAt, grantedAt });
                return "served";
              }
              slot.pause(retryAfter * 1000);
            }
          } finally {
            deadline.dispose();
          }
        },
      };
    },
  };
}
