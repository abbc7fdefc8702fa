import { decimal, instant, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, symbol } from "../inputs/index.ts";

/** Last traded price of one symbol. */
export interface Price {
  /** In upper case, such as `BTCUSDT`. */
  readonly symbol: string;
  /** Price of the last public trade, in the quote asset (USDT). */
  readonly price: Decimal;
  /** Time of that trade. */
  readonly timestamp: Date;
}

export const priceRecord: Codec<Price> = record<Price>({ symbol: text, price: decimal, timestamp: instant });

export const getPrice: Endpoint<{ symbol: string }, Price> = endpoint({
  name: "getPrice",
  method: "GET",
  path: "/market/price/{symbol}",
  input: input({ symbol }),
  output: priceRecord,
  access: "public",
  tier: "market",
});
