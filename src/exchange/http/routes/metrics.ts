import { deflatedSharpeRecord } from "../../../endpoints/testRuns/index.ts";
import { deflatedSharpe } from "../../engine/strategies/deflatedSharpe.ts";
import { crash } from "../../base/rejection.ts";
import { readFloats } from "../fields.ts";
import { route, type Route } from "../route.ts";
import { wireSharpe } from "./testFigures.ts";

export const metricRoutes: readonly Route[] = [
  route("POST", "/api/v1/metrics/deflated-sharpe", deflatedSharpeRecord, (call) => {
    const body = call.body();
    const returns = readFloats(body, "returns", 10, 10_000);
    const trials = body.integer("num_trials", { least: 1, most: 100_000 });
    const annualization = body.integer("annualization_factor", { least: 1, most: 525_600 }, 252);
    body.done();
    const test = deflatedSharpe(returns, trials, annualization, call.state.quirks.flatReturnsHaveRatios);
    // Sums of absurd size have no JSON.
    if (![test.observed, test.deflated, test.skewness, test.kurtosis].every(Number.isFinite)) {
      if (call.state.quirks.absurdNumbersCrash) throw crash();
      body.issue("returns", "finite_number", "Returns are too far apart");
      body.done();
    }
    return wireSharpe(test);
  }),
];
