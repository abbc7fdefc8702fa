import { instant, integer, map, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, commaSeparated, listOf, optional, symbol } from "../inputs/index.ts";
import { tickerRecord, type Ticker } from "./getTicker.ts";

export interface GetTickersOptions {
  /** 1 to 100 pairs; left out: the first 100 that have a price, in no particular order. */
  readonly symbols?: readonly string[] | undefined;
}

/** The tickers of several pairs. */
export interface Tickers {
  /** By pair in upper case; unknown pairs and pairs without a price are missing. */
  readonly tickers: Readonly<Record<string, Ticker>>;
  readonly count: number;
  /** Time of the answer. */
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
