import type { Tier } from "../endpoints/index.ts";
import { waitSeconds, type AgentExchangeError } from "../errors/index.ts";
import { isLimited } from "./limiter.ts";
import type { Transport } from "./transport.ts";

/** Milliseconds before the next try after `tries` of them; Infinity when there is none. */
export function delayBefore(tries: number, transport: Transport, tier: Tier, error: AgentExchangeError): number {
  const { attempts, baseDelay, maxDelay } = transport.retry;
  if (tries >= attempts) return Infinity;
  if (error.status === 429 && isLimited(tier)) {
    if (transport.rateLimit === "wait") return 0; // the limiter holds back the whole tier
    if (transport.rateLimit === "throw") return Infinity;
  }
  const { retryAfter } = error as { readonly retryAfter?: number | null };
  const asked = waitSeconds(retryAfter ?? error.details["retry_after_seconds"]);
  if (asked !== undefined) return asked * 1000;
  // Full jitter: clients that failed together do not come back together.
  return transport.retry.random() * Math.min(maxDelay, baseDelay * 2 ** (tries - 1));
}
