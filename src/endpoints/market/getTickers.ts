import { instant, integer, map, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, commaSeparated, listOf, optional, symbol } from "../inputs/index.ts";
import { tickerRecord, type Ticker } from "./getTicker.ts";

/** Options of `getTickers`. */
export interface GetTickersOptions {
  /** 1 to 100 symbols. By default 100 symbols that have a price, in no particular order. */
  readonly symbols?: readonly string[] | undefined;
}

/** Response body of `getTickers`. */
export interface Tickers {
  /** By symbol in upper case. Unknown symbols and symbols without a price are omitted. */
  readonly tickers: Readonly<Record<string, Ticker>>;
  readonly count: number;
  /** When the response was created. */
  readonly timestamp: Date;
}

export const tickersRecord: Codec<Tickers> = record<Tickers>({
  tickers: map(tickerRecord),
  count: integer,
  timestamp: instant,
});

export const getTickers: Endpoint<GetTickersOptions, readonly Ticker[], Tickers> = endpoint({
  name: "getTickers",
  method: "GET",
  path: "/market/tickers",
  input: input({ symbols: optional(commaSeparated(listOf(symbol, "symbols", 1, 100))) }),
  output: tickersRecord,
  list: ({ tickers }) => Object.values(tickers),
  access: "public",
  tier: "market",
});
