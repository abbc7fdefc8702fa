import { decimal, instant, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, upperSymbol, uuid } from "../inputs/index.ts";

/** The price of one symbol in a running backtest. */
export interface BacktestPrice {
  readonly symbol: string;
  /** In the quote asset (USDT); null if the symbol has no price at this time, or is not part of the backtest. */
  readonly price: Decimal | null;
  /** The backtest's clock. Simulated time, not real time. */
  readonly virtualTime: Date;
}

/** The platform sends 0 for a symbol without a price. */
const priceOrZero: Codec<Decimal | null> = {
  shape: { nullable: decimal },
  decode(json) {
    const price = decimal.decode(json);
    return price.isZero() ? null : price;
  },
  encode: (value) => (value === null ? "0" : decimal.encode(value)),
};

export const backtestPriceRecord: Codec<BacktestPrice> = record<BacktestPrice>({
  symbol: text,
  price: priceOrZero,
  virtualTime: instant,
});

export const getBacktestPrice: Endpoint<{ sessionId: string; symbol: string }, BacktestPrice> = endpoint({
  name: "getBacktestPrice",
  method: "GET",
  path: "/backtest/{sessionId}/market/price/{symbol}",
  input: input({ sessionId: uuid, symbol: upperSymbol }),
  output: backtestPriceRecord,
  access: "account",
  tier: "backtest",
});
