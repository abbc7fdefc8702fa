import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { testRunRecord, type TestRun } from "./testRun.ts";

/** Can be called again: a test that has ended is returned with its status. */
export const cancelTest: Endpoint<{ strategyId: string; testId: string }, TestRun> = endpoint({
  name: "cancelTest",
  method: "POST",
  path: "/strategies/{strategyId}/tests/{testId}/cancel",
  input: input({ strategyId: uuid, testId: uuid }),
  output: testRunRecord,
  access: "account",
  tier: "general",
  effect: "cancel",
});
