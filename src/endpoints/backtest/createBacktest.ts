import * as v from "valibot";
import { integer, nullable, parseInstant, record, text, type Codec } from "../../wire/index.ts";
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

const INTERVALS = { "1m": 60, "5m": 300, "1h": 3600, "1d": 86_400 } as const;

export interface CreateBacktestInput {
  /** The first candle. */
  readonly startTime: Timestamp;
  /** After `startTime`. */
  readonly endTime: Timestamp;
  /** In USDT, 1 to 10000000. */
  readonly startingBalance: Amount;
  /** Length of a step, in seconds or as a label; default one minute. */
  readonly candleInterval?: 60 | 300 | 3600 | 86_400 | "1m" | "5m" | "1h" | "1d" | undefined;
  /** Pairs of 2 to 10 letters and `USDT`; default all. */
  readonly pairs?: readonly string[] | undefined;
  /** Up to 100 characters; default `default`. */
  readonly strategyLabel?: string | undefined;
  /** The agent that it is for; default the caller's. Without any the platform fails. */
  readonly agentId?: string | undefined;
  /** Fee as a fraction of the traded amount, 0 to 0.1; default 0.001. */
  readonly feeRate?: Amount | undefined;
}

/** Open: the platform may add kinds. */
export type BacktestStatus = "created" | "running" | "completed" | "failed" | "cancelled" | (string & {});

/** A backtest that can be started. */
export interface CreatedBacktest {
  readonly sessionId: string;
  readonly status: BacktestStatus;
  /** Whole candles between start and end. */
  readonly totalSteps: number;
  /** Pairs with any candle up to the start. */
  readonly estimatedPairs: number;
  /** Null when it has none. */
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
      candleInterval: optional(oneOf(["1m", "5m", "1h", "1d", 60, 300, 3600, 86_400])),
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
      candleInterval: typeof candleInterval === "string" ? INTERVALS[candleInterval] : candleInterval,
    })),
  ),
  output: createdBacktestRecord,
  access: "agent",
  tier: "backtest",
});
