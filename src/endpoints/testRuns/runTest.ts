import { endpoint, type Endpoint } from "../endpoint.ts";
import {
  amount,
  flag,
  input,
  timestamp,
  optional,
  uuid,
  wholeNumber,
  type Amount,
  type Timestamp,
} from "../inputs/index.ts";
import { testRunRecord, type TestRun } from "./testRun.ts";

/** Arguments of `runTest`. */
export interface RunTestInput {
  /** The version to test, from 1. */
  readonly version: number;
  /** The period to test on. Required by the platform. */
  readonly dateRange: { readonly start: Timestamp; readonly end: Timestamp };
  /** Number of episodes, 1 to 100; default 10. */
  readonly episodes?: number | undefined;
  /** Whether each episode starts on a random day in the range; default true. */
  readonly randomizeDates?: boolean | undefined;
  /** Length of an episode in days, 1 to 365; default 30. */
  readonly episodeDurationDays?: number | undefined;
  /** Cash at the start of an episode, in USDT; default 10000. */
  readonly startingBalance?: Amount | undefined;
}

export const runTest: Endpoint<RunTestInput & { strategyId: string }, TestRun> = endpoint({
  name: "runTest",
  method: "POST",
  path: "/strategies/{strategyId}/test",
  input: input(
    {
      strategyId: uuid,
      version: wholeNumber(1),
      episodes: optional(wholeNumber(1, 100)),
      dateRange: input({ start: timestamp, end: timestamp }),
      randomizeDates: optional(flag),
      episodeDurationDays: optional(wholeNumber(1, 365)),
      startingBalance: optional(amount),
    },
    {
      dateRange:
        'is required: the period to test on, such as { start: "2026-01-01T00:00:00Z", end: "2026-03-01T00:00:00Z" }',
    },
  ),
  output: testRunRecord,
  access: "account",
  tier: "general",
});
