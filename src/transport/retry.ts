import type { Tier } from "../endpoints/index.ts";
import { waitSeconds, type AgentExchangeError } from "../errors/index.ts";
import type { TransportConfig } from "./config.ts";
import { isLimited } from "./limiter.ts";

/** Milliseconds to wait after `failures` failed attempts; Infinity if there must be no further attempt. */
export function delayBeforeRetry(
  failures: number,
  { retry, rateLimit }: Pick<TransportConfig, "retry" | "rateLimit">,
  tier: Tier,
  error: AgentExchangeError,
): number {
  if (failures >= retry.attempts) return Infinity;
  if (error.status === 429 && isLimited(tier)) {
    if (rateLimit === "wait") return 0; // the limiter pauses the whole tier
    if (rateLimit === "throw") return Infinity;
  }
  const { retryAfter } = error as { readonly retryAfter?: number | null };
  const seconds = waitSeconds(retryAfter ?? error.details["retry_after_seconds"]);
  if (seconds !== undefined) return seconds * 1000;
  // Full jitter, so that clients that failed together do not retry together.
  return retry.random() * Math.min(retry.maxDelay, retry.baseDelay * 2 ** (failures - 1));
}
