import { decimal, flag, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import type { CandleInterval } from "../market/getCandles.ts";
import { message, streamInstant, type UpdateSource } from "./message.ts";

/** A candle as it stands: of the interval that runs, or the last word on one that is over. */
export interface CandleUpdate {
  /** Pair in upper case, such as `BTCUSDT`. */
  readonly symbol: string;
  readonly interval: CandleInterval | (string & {});
  /** Start of the interval. */
  readonly time: Date;
  /** First price, in the quote asset (USDT), as are the next three. */
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  /** Last price so far. */
  readonly close: Decimal;
  /** Traded volume in the base asset. */
  readonly volume: Decimal;
  /** Whether the interval is over and the figures are final. */
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
