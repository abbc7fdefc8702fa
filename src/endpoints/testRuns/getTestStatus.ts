import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { testRunDetailRecord, type TestRunDetail } from "./testRun.ts";

export const getTestStatus: Endpoint<{ strategyId: string; testId: string }, TestRunDetail> = endpoint({
  name: "getTestStatus",
  method: "GET",
  path: "/strategies/{strategyId}/tests/{testId}",
  input: input({ strategyId: uuid, testId: uuid }),
  output: testRunDetailRecord,
  access: "account",
  tier: "general",
});
