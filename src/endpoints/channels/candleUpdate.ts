import { decimal, flag, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import type { CandleInterval } from "../market/getCandles.ts";
import { message, streamInstant, type UpdateSource } from "./message.ts";

/** The current state of an open candle, or the final state of a closed one. */
export interface CandleUpdate {
  /** In upper case, such as `BTCUSDT`. */
  readonly symbol: string;
  readonly interval: CandleInterval | (string & {});
  /** Start of the interval. */
  readonly time: Date;
  /** First price, in the quote asset (USDT); so are the next three fields. */
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  /** Latest price. */
  readonly close: Decimal;
  /** Traded volume in the base asset. */
  readonly volume: Decimal;
  /** Whether the interval has ended and the values are final. */
  readonly isClosed: boolean;
  readonly source: UpdateSource;
}

/** A message of the channel `candles`. */
export const candleMessage: Codec<CandleUpdate> = message(
  "candles",
  record<Pick<CandleUpdate, "symbol" | "interval">>({ symbol: text, interval: text }),
  record<Omit<CandleUpdate, "symbol" | "interval" | "source">>({
    time: streamInstant,
    open: decimal,
    high: decimal,
    low: decimal,
    close: decimal,
    volume: decimal,
    isClosed: flag,
  }),
);
