import { decimal, flag, instant, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { message, streamInstant, type UpdateSource } from "./message.ts";

/** One public trade, as sent on the ticker channels. */
export interface Tick {
  /** In upper case, such as `BTCUSDT`. */
  readonly symbol: string;
  /** In the quote asset (USDT). */
  readonly price: Decimal;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Time of the trade. */
  readonly timestamp: Date;
  /** Whether the buyer was the maker: true if a sell order executed against a resting buy order. */
  readonly isBuyerMaker: boolean;
  readonly source: UpdateSource;
}

interface TickFrame {
  readonly symbol?: unknown;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A message of the channel `ticker` or `ticker_all`; both have the same form. */
export const tickMessage: Codec<Tick> = message(
  "ticker",
  record<Pick<Tick, "symbol">>({ symbol: text }),
  record<Pick<Tick, "price" | "quantity" | "timestamp" | "isBuyerMaker">>({
    price: decimal,
    quantity: decimal,
    timestamp: streamInstant,
    isBuyerMaker: flag,
  }),
  ({ symbol, data }: TickFrame): Tick => ({
    symbol: text.decode(symbol),
    price: decimal.decode(data["price"]),
    quantity: decimal.decode(data["quantity"]),
    timestamp: instant.decode(data["timestamp"]),
    isBuyerMaker: flag.decode(data["is_buyer_maker"]),
    source: "stream",
  }),
);
