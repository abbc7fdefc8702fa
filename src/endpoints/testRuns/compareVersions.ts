import { absent, integer, nullable, number, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid, wholeNumber } from "../inputs/index.ts";

/** Comparison of two versions of a strategy. */
export interface VersionComparison {
  readonly v1: VersionFigures;
  readonly v2: VersionFigures;
  readonly improvements: VersionImprovements;
  /** One sentence in English. */
  readonly verdict: string;
}

/** Results of the newest completed test of a version; zeros and nulls if there is none. */
export interface VersionFigures {
  readonly version: number;
  /** In percent. */
  readonly avgRoiPct: number | null;
  readonly avgSharpe: number | null;
  /** In percent. */
  readonly avgMaxDrawdownPct: number | null;
  readonly totalTrades: number;
  readonly episodesCompleted: number;
}

/** The second version's metric minus the first's; null if either is null. */
export interface VersionImprovements {
  /** In percentage points. */
  readonly roiPct: number | null;
  readonly sharpe: number | null;
}

const figuresRecord: Codec<VersionFigures> = record<VersionFigures>({
  version: integer,
  avgRoiPct: nullable(number),
  avgSharpe: nullable(number),
  avgMaxDrawdownPct: nullable(number),
  totalTrades: integer,
  episodesCompleted: integer,
});

export const versionComparisonRecord: Codec<VersionComparison> = record<VersionComparison>({
  v1: figuresRecord,
  v2: figuresRecord,
  improvements: record<VersionImprovements>({
    roiPct: absent<number | null>(nullable(number), null),
    sharpe: absent<number | null>(nullable(number), null),
  }),
  verdict: text,
});

export const compareVersions: Endpoint<{ strategyId: string; v1: number; v2: number }, VersionComparison> = endpoint({
  name: "compareVersions",
  method: "GET",
  path: "/strategies/{strategyId}/compare-versions",
  input: input({ strategyId: uuid, v1: wholeNumber(1), v2: wholeNumber(1) }),
  output: versionComparisonRecord,
  access: "account",
  tier: "general",
});
