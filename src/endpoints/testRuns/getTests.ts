import { list, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { testRunRecord, type TestRun } from "./testRun.ts";

export const testRunsCodec: Codec<readonly TestRun[]> = list(testRunRecord);

/** Returns the newest 20 tests, newest first; the platform has no further pages. */
export const getTests: Endpoint<{ strategyId: string }, readonly TestRun[]> = endpoint({
  name: "getTests",
  method: "GET",
  path: "/strategies/{strategyId}/tests",
  input: input({ strategyId: uuid }),
  output: testRunsCodec,
  access: "account",
  tier: "general",
});
