import { nullable, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { testFiguresRecord, type TestFigures } from "../testRuns/testFigures.ts";
import { definitionCodec, type StrategyDefinition } from "./definition.ts";
import { strategyFields, type Strategy } from "./strategy.ts";

/** A strategy with the rules of its current version. */
export interface StrategyDetail extends Strategy {
  /** As submitted, except that keys may be reordered. */
  readonly currentDefinition: StrategyDefinition | null;
  /** Results of the test that completed last, of any version; null if there is none. */
  readonly latestTestResults: TestFigures | null;
}

export const strategyDetailRecord: Codec<StrategyDetail> = record<StrategyDetail>({
  ...strategyFields,
  currentDefinition: nullable(definitionCodec),
  latestTestResults: nullable(testFiguresRecord),
});

export const getStrategy: Endpoint<{ strategyId: string }, StrategyDetail> = endpoint({
  name: "getStrategy",
  method: "GET",
  path: "/strategies/{strategyId}",
  input: input({ strategyId: uuid }),
  output: strategyDetailRecord,
  access: "account",
  tier: "general",
});
