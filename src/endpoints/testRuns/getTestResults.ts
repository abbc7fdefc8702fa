import type { Endpoint } from "../endpoint.ts";
import { getTestStatus } from "./getTestStatus.ts";
import type { TestRunDetail } from "./testRun.ts";

// The platform returns status and results in one response.
export const getTestResults: Endpoint<{ strategyId: string; testId: string }, TestRunDetail> = {
  ...getTestStatus,
  name: "getTestResults",
};
