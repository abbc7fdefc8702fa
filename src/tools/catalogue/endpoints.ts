import * as account from "../../endpoints/account/index.ts";
import * as agents from "../../endpoints/agents/index.ts";
import * as analytics from "../../endpoints/analytics/index.ts";
import * as auth from "../../endpoints/auth/index.ts";
import * as backtest from "../../endpoints/backtest/index.ts";
import type { Endpoint } from "../../endpoints/index.ts";
import * as market from "../../endpoints/market/index.ts";
import * as metrics from "../../endpoints/metrics/index.ts";
import * as strategies from "../../endpoints/strategies/index.ts";
import * as testRuns from "../../endpoints/testRuns/index.ts";
import * as trading from "../../endpoints/trading/index.ts";
import * as training from "../../endpoints/training/index.ts";
import * as webhooks from "../../endpoints/webhooks/index.ts";

/** An endpoint with any arguments and result. */
export type AnyEndpoint = Endpoint<unknown, unknown>;

/** The endpoints of each group by name, groups in the order of the client's methods. */
export const endpointGroups: Readonly<Record<string, readonly AnyEndpoint[]>> = /* @__PURE__ */ Object.fromEntries(
  Object.entries({
    auth,
    market,
    trading,
    account,
    analytics,
    strategies,
    testRuns,
    backtest,
    training,
    metrics,
    agents,
    webhooks,
  }).map(([name, group]) => [name, endpointsOf(group)]),
);

/** All endpoints by name. */
export const endpointsByName: ReadonlyMap<string, AnyEndpoint> = /* @__PURE__ */ new Map(
  Object.values(endpointGroups).flatMap((group) => group.map((endpoint) => [endpoint.name, endpoint] as const)),
);

/** Sorted by name, since bundlers differ in the order of a module's exports. */
function endpointsOf(group: object): readonly AnyEndpoint[] {
  return Object.values<unknown>({ ...group })
    .filter(isEndpoint)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function isEndpoint(value: unknown): value is AnyEndpoint {
  return typeof value === "object" && value !== null && "effect" in value && "path" in value;
}
