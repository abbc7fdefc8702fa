import { flag, instant, integer, list, nullable, number, record, text, type Codec } from "../../wire/index.ts";
import { testFiguresRecord, type TestFigures } from "./testFigures.ts";

/** Open: the platform may add kinds. */
export type TestStatus = "queued" | "running" | "completed" | "failed" | "cancelled" | (string & {});

/** A test of a strategy: where it stands. */
export interface TestRun {
  readonly testRunId: string;
  readonly status: TestStatus;
  /** Asked for. */
  readonly episodesTotal: number;
  /** Stored so far. */
  readonly episodesCompleted: number;
  /** `episodesCompleted` in percent of `episodesTotal`. */
  readonly progressPct: number;
  /** The version under test. */
  readonly version: number;
  /** Null in the answer to `runTest`. */
  readonly createdAt: Date | null;
  /** Null until started; the platform never sets it. */
  readonly startedAt: Date | null;
  /** Null until completed. */
  readonly completedAt: Date | null;
}

/** A test with what it gave. */
export interface TestRunDetail extends TestRun {
  /** Null until completed. */
  readonly results: TestFigures | null;
  /** Sentences for people; null until completed. */
  readonly recommendations: readonly string[] | null;
  readonly config: TestConfig | null;
}

/** What a test was started with. */
export interface TestConfig {
  readonly episodes: number;
  /** As the platform read it: ISO-8601 texts, with the offset that was given, or none. */
  readonly dateRange: { readonly start: string; readonly end: string };
  readonly randomizeDates: boolean;
  readonly episodeDurationDays: number;
  /** In USDT, as it was given. */
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
