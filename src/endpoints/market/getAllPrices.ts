import {
  DecodeError,
  decimal,
  flag,
  instant,
  integer,
  jsonObject,
  list,
  number,
  nullable,
  record,
  text,
  type Codec,
} from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, symbols } from "../inputs/index.ts";
import type { Price } from "./getPrice.ts";

/** Options of `getAllPrices`. */
export interface GetAllPricesOptions {
  /** Only these symbols; default all. */
  readonly symbols?: readonly string[] | undefined;
}

/** The price of one symbol, with the state of the price feed. */
export interface MarketPrice extends Price {
  /** When the response was created. The platform does not say when each symbol was last traded. */
  readonly timestamp: Date;
  /** Whether the whole price feed is stale: no trade in any symbol for more than 60 s. */
  readonly stale: boolean;
  /** Age of the feed's newest trade at that time, in seconds; the same for all symbols, null if unknown. */
  readonly dataAgeSeconds: number | null;
}

/** Response body of `getAllPrices`. */
export interface AllPrices {
  readonly prices: readonly MarketPrice[];
  readonly timestamp: Date;
  readonly count: number;
  readonly stale: boolean;
  /** Age of the feed's newest trade, in seconds; null if unknown. */
  readonly dataAgeSeconds: number | null;
}

type Head = Omit<AllPrices, "prices">;

const age: Codec<number | null> = nullable(number);
const head: Codec<Head> = record<Head>({ timestamp: instant, count: integer, stale: flag, dataAgeSeconds: age });
const marketPrice: Codec<MarketPrice> = record<MarketPrice>({
  symbol: text,
  price: decimal,
  timestamp: instant,
  stale: flag,
  dataAgeSeconds: age,
});
const decodedRecord: Codec<Pick<AllPrices, "prices">> = record<Pick<AllPrices, "prices">>({
  prices: list(marketPrice),
});

const pricesRecord = record({ prices: jsonObject });

/** On the wire the prices are a map of strings. It is decoded to one object per symbol in a single pass. */
export const allPricesRecord: Codec<AllPrices> = {
  shape: { all: [decodedRecord, head] },
  decode(json) {
    const rest = head.decode(json);
    const { prices: map } = pricesRecord.decode(json);
    const { timestamp, stale, dataAgeSeconds } = rest;
    const prices: MarketPrice[] = [];
    let symbol = "";
    try {
      for (symbol in map) {
        const price = decimal.decode(map[symbol]);
        prices.push({ symbol, price, timestamp, stale, dataAgeSeconds });
      }
    } catch (error) {
      throw error instanceof DecodeError ? error.within(symbol).within("prices") : error;
    }
    return { prices, ...rest };
  },
  encode(value) {
    const prices = Object.fromEntries(value.prices.map(({ symbol, price }) => [symbol, decimal.encode(price)]));
    return { prices, ...(head.encode(value) as object) };
  },
};

export const getAllPrices: Endpoint<GetAllPricesOptions, readonly MarketPrice[], AllPrices> = endpoint({
  name: "getAllPrices",
  method: "GET",
  path: "/market/prices",
  input: input({ symbols: optional(symbols) }),
  output: allPricesRecord,
  list: ({ prices }) => prices,
  access: "public",
  tier: "market",
  evidence: ({ timestamp }) => ({ serverTime: timestamp }),
});
