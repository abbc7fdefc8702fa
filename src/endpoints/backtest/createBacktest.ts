import * as v from "valibot";
import {
  CANDLE_INTERVALS,
  integer,
  INTERVALS,
  nullable,
  parseInstant,
  record,
  SECOND,
  text,
  type CandleInterval,
  type Codec,
} from "../../wire/index.ts";
import { endpoint, type Endpoint, type Params } from "../endpoint.ts";
import {
  amountWithin,
  input,
  letterSymbol,
  listOf,
  timestamp,
  oneOf,
  optional,
  unsupported,
  shareWithin,
  string,
  uuid,
  type Amount,
  type Timestamp,
} from "../inputs/index.ts";

/** Arguments of `createBacktest`. */
export interface CreateBacktestInput {
  /** Start of the first candle. */
  readonly startTime: Timestamp;
  /** Must be after `startTime`. */
  readonly endTime: Timestamp;
  /** In USDT, 1 to 10000000. */
  readonly startingBalance: Amount;
  /** Length of a step, in seconds or as an interval name; default one minute. */
  readonly candleInterval?: 60 | 300 | 3600 | 86_400 | CandleInterval | undefined;
  /** Symbols of 2 to 10 letters followed by `USDT`; default all. */
  readonly pairs?: readonly string[] | undefined;
  /** Up to 100 characters; default `default`. */
  readonly strategyLabel?: string | undefined;
  /** The agent to run as; default the caller's. The platform requires one. */
  readonly agentId?: string | undefined;
  /** Fee as a fraction of the order value, 0 to 0.1; default 0.001. */
  readonly feeRate?: Amount | undefined;
}

/** Open: the platform may add statuses. */
export type BacktestStatus = "created" | "running" | "completed" | "failed" | "cancelled" | (string & {});

/** A new backtest, ready to be started. */
export interface CreatedBacktest {
  readonly sessionId: string;
  readonly status: BacktestStatus;
  /** Number of complete candles between start and end. */
  readonly totalSteps: number;
  /** Number of symbols that have a candle at or before the start. */
  readonly estimatedPairs: number;
  /** Null if it runs without an agent. */
  readonly agentId: string | null;
}

export const createdBacktestRecord: Codec<CreatedBacktest> = record<CreatedBacktest>({
  sessionId: text,
  status: text,
  totalSteps: integer,
  estimatedPairs: integer,
  agentId: nullable(text),
});

export const createBacktest: Endpoint<CreateBacktestInput, CreatedBacktest> = endpoint({
  name: "createBacktest",
  method: "POST",
  path: "/backtest/create",
  input: v.pipe(
    input({
      startTime: timestamp,
      endTime: timestamp,
      startingBalance: amountWithin(1, 10_000_000),
      candleInterval: optional(oneOf([...CANDLE_INTERVALS, 60, 300, 3600, 86_400])),
      pairs: optional(listOf(letterSymbol, "symbols", 1)),
      strategyLabel: optional(string(0, 100)),
      agentId: optional(uuid),
      feeRate: optional(shareWithin(0, 0.1)),
      exchange: unsupported("is ignored by the platform; omit it"),
    }),
    v.forward(
      v.check(({ startTime, endTime }) => parseInstant(endTime) > parseInstant(startTime), "must be after startTime"),
      ["endTime"],
    ),
    v.transform(({ candleInterval, ...rest }): Params => ({
      ...rest,
      candleInterval: typeof candleInterval === "string" ? INTERVALS[candleInterval] / SECOND : candleInterval,
    })),
  ),
  output: createdBacktestRecord,
  access: "agent",
  tier: "backtest",
});
