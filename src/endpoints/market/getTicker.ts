import { decimal, instant, integer, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, symbol } from "../inputs/index.ts";

/**
 * Trading statistics of one symbol. The platform documents them as 24-hour statistics, but counts from the last reset of
 * its price feed.
 */
export interface Ticker {
  /** In upper case, such as `BTCUSDT`. */
  readonly symbol: string;
  /** First price, in the quote asset (USDT); so are the next three fields. */
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  /** Last price. */
  readonly close: Decimal;
  /** Traded volume in the base asset. */
  readonly volume: Decimal;
  /** `volume` times `close`, in the quote asset; not the sum of the trades. */
  readonly quoteVolume: Decimal;
  /** `close` minus `open`, in the quote asset. */
  readonly change: Decimal;
  /** `change` in percent of `open`. */
  readonly changePct: Decimal;
  /** Always 0 on the platform. */
  readonly tradeCount: number;
  /** Time of the last trade. */
  readonly timestamp: Date;
}

export const tickerRecord: Codec<Ticker> = record<Ticker>({
  symbol: text,
  open: decimal,
  high: decimal,
  low: decimal,
  close: decimal,
  volume: decimal,
  quoteVolume: decimal,
  change: decimal,
  changePct: decimal,
  tradeCount: integer,
  timestamp: instant,
});

export const getTicker: Endpoint<{ symbol: string }, Ticker> = endpoint({
  name: "getTicker",
  method: "GET",
  path: "/market/ticker/{symbol}",
  input: input({ symbol }),
  output: tickerRecord,
  access: "public",
  tier: "market",
});
