import type { HostLookup } from "../../engine/webhooks/dispatcher.ts";
import type { WebhookSignatures } from "../../engine/webhooks/signDelivery.ts";
import type { Route } from "../route.ts";
import { accountRoutes } from "./account.ts";
import { agentRoutes } from "./agents.ts";
import { analyticsRoutes } from "./analytics.ts";
import { authRoutes } from "./auth.ts";
import { healthRoutes } from "./health.ts";
import { marketRoutes } from "./market.ts";
import { missingRoutes } from "./missing.ts";
import { researchRoutes } from "./research.ts";
import { tradeRoutes } from "./trade.ts";
import { webhookRoutes } from "./webhookRoutes.ts";

export { researchJobs } from "./research.ts";

/** All routes. The first one wins if a method and path occur twice. */
export function allRoutes(lookup?: HostLookup, signatures: WebhookSignatures = "platform"): readonly Route[] {
  return [
    healthRoutes,
    marketRoutes,
    authRoutes,
    tradeRoutes,
    accountRoutes,
    agentRoutes,
    analyticsRoutes(),
    webhookRoutes(lookup, signatures),
    researchRoutes(),
    missingRoutes,
  ].flat();
}
