import { deflatedSharpeRecord } from "../../../endpoints/testRuns/index.ts";
import { deflatedSharpe } from "../../engine/strategies/deflatedSharpe.ts";
import { crash } from "../../base/rejection.ts";
import { Unprocessable } from "../issues.ts";
import { route, type Route } from "../route.ts";
import { integer, list, object, parseFloatingPoint, withDefault, type Field } from "../schema/index.ts";
import { wireSharpe } from "./wireTestFigures.ts";

const returnValue: Field<number> = (input) =>
  parseFloatingPoint(input.value) ??
  input.issue(typeof input.value === "string" ? "float_parsing" : "float_type", "Input should be a valid number");

const deflatedSharpeBody = object({
  returns: list(returnValue, { min: 10, max: 10_000 }),
  numTrials: integer({ min: 1, max: 100_000 }),
  annualizationFactor: withDefault(integer({ min: 1, max: 525_600 }), 252),
});

export const metricRoutes: readonly Route[] = [
  route("POST /api/v1/metrics/deflated-sharpe", { body: deflatedSharpeBody, output: deflatedSharpeRecord }, (call) => {
    const { returns, numTrials, annualizationFactor } = call.readBody();
    const test = deflatedSharpe(returns, numTrials, annualizationFactor, call.state.quirks.flatReturnsHaveRatios);
    // JSON has no infinity.
    if (![test.observed, test.deflated, test.skewness, test.kurtosis].every(Number.isFinite)) {
      if (call.state.quirks.absurdNumbersCrash) throw crash();
      throw new Unprocessable([call.issue("body", "returns", "finite_number", "Returns are too far apart")]);
    }
    return wireSharpe(test);
  }),
];
