import { flag, instant, integer, list, nullable, number, record, text, type Codec } from "../../wire/index.ts";
import { testFiguresRecord, type TestFigures } from "./testFigures.ts";

/** Open: the platform may add statuses. */
export type TestStatus = "queued" | "running" | "completed" | "failed" | "cancelled" | (string & {});

/** The state of a strategy test. */
export interface TestRun {
  readonly testRunId: string;
  readonly status: TestStatus;
  /** Number of requested episodes. */
  readonly episodesTotal: number;
  /** Number of episodes completed so far. */
  readonly episodesCompleted: number;
  /** `episodesCompleted` in percent of `episodesTotal`. */
  readonly progressPct: number;
  /** The tested version; on the platform always 1 in the result of `cancelTest`. */
  readonly version: number;
  /** Null in the results of `runTest` and `cancelTest`. */
  readonly createdAt: Date | null;
  /** Null until started; always null on the platform. */
  readonly startedAt: Date | null;
  /** Null until completed, and in the result of `cancelTest`. */
  readonly completedAt: Date | null;
}

/** A strategy test with its results. */
export interface TestRunDetail extends TestRun {
  /** Null until completed. */
  readonly results: TestFigures | null;
  /** Sentences in English; null until completed. */
  readonly recommendations: readonly string[] | null;
  readonly config: TestConfig | null;
}

/** The configuration of a strategy test. */
export interface TestConfig {
  readonly episodes: number;
  /** ISO-8601 strings as parsed by the platform, with the given offset or none. */
  readonly dateRange: { readonly start: string; readonly end: string };
  readonly randomizeDates: boolean;
  readonly episodeDurationDays: number;
  /** In USDT, as given. */
  readonly startingBalance: string;
  readonly accountId: string;
}

const fields: { readonly [Name in keyof TestRun]: Codec<TestRun[Name]> } = {
  testRunId: text,
  status: text,
  episodesTotal: integer,
  episodesCompleted: integer,
  progressPct: number,
  version: integer,
  createdAt: nullable(instant),
  startedAt: nullable(instant),
  completedAt: nullable(instant),
};

export const testRunRecord: Codec<TestRun> = record<TestRun>(fields);

const configRecord: Codec<TestConfig> = record<TestConfig>({
  episodes: integer,
  dateRange: record<TestConfig["dateRange"]>({ start: text, end: text }),
  randomizeDates: flag,
  episodeDurationDays: integer,
  startingBalance: text,
  accountId: text,
});

export const testRunDetailRecord: Codec<TestRunDetail> = record<TestRunDetail>({
  ...fields,
  results: nullable(testFiguresRecord),
  recommendations: nullable(list(text)),
  config: nullable(configRecord),
});
