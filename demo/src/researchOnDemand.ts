// Replaces the research routes in the page's bundle: backtests, strategies and training are loaded by their first request.
import type { ExchangeState } from "../../src/exchange/engine/state.ts";
import type { Job } from "../../src/exchange/engine/trading/monitor.ts";
import type { Route } from "../../src/exchange/http/route.ts";

type Research = typeof import("../../src/exchange/http/routes/research.ts");

/** Method and path of every research route, one a line, without names; vite.config.ts reads them from the routes. */
declare const __RESEARCH_ROUTES__: string;

let research: Research | undefined;

/** Loads the real routes. Call it in advance when they will be needed soon. */
export async function loadResearch(): Promise<void> {
  // Another path than the one that is replaced.
  research ??= await import("../../src/exchange/http/routes/research.ts");
}

export function researchRoutes(): readonly Route[] {
  return research?.researchRoutes() ?? __RESEARCH_ROUTES__.split("\n").map(routeOnDemand);
}

/** A route that becomes the real one before it first runs. */
function routeOnDemand(target: string, index: number): Route {
  const [method = "", path = ""] = target.split(" ");
  const route: Route = {
    method,
    segments: `api/v1/${path}`.split("/"),
    schemas: {},
    async prepare() {
      await loadResearch();
      Object.assign(route, research?.researchRoutes()[index]);
      return {};
    },
    run() {
      throw new Error(`${target} runs before it has been loaded.`);
    },
  };
  return route;
}

/** The real jobs from the moment there can be work for them. */
export function researchJobs(state: ExchangeState): readonly Job[] {
  let jobs: readonly Job[] | undefined;
  return [
    (now, maxSteps) => {
      jobs ??= research?.researchJobs(state);
      return jobs?.map((job) => job(now, maxSteps)).includes(true) ?? false;
    },
  ];
}
