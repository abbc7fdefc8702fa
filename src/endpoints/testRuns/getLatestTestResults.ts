import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { testRunDetailRecord, type TestRunDetail } from "./testRun.ts";

export const getLatestTestResults: Endpoint<{ strategyId: string }, TestRunDetail> = endpoint({
  name: "getLatestTestResults",
  method: "GET",
  path: "/strategies/{strategyId}/test-results",
  input: input({ strategyId: uuid }),
  output: testRunDetailRecord,
  access: "account",
  tier: "general",
});
