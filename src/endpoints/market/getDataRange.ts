import { instant, integer, jsonObject, list, nullable, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";
import type { CandleInterval } from "./getCandles.ts";

/** The period that the platform has candles for: backtests can start within it. */
export interface DataRange {
  /** Start of the first candle. The platform fails if it has none; in the embedded exchange it is null then. */
  readonly earliest: Date | null;
  /** Start of the last candle; null if there is none. */
  readonly latest: Date | null;
  /** Number of pairs with candles. */
  readonly totalPairs: number;
  readonly intervalsAvailable: readonly (CandleInterval | (string & {}))[];
  /** Always empty on the platform. */
  readonly dataGaps: readonly Readonly<Record<string, unknown>>[];
}

export const dataRangeRecord: Codec<DataRange> = record<DataRange>({
  earliest: nullable(instant),
  latest: nullable(instant),
  totalPairs: integer,
  intervalsAvailable: list(text),
  dataGaps: list(jsonObject),
});

export const getDataRange: Endpoint<NoArguments, DataRange> = endpoint({
  name: "getDataRange",
  method: "GET",
  path: "/market/data-range",
  input: input({}),
  output: dataRangeRecord,
  access: "public",
  tier: "market",
});
