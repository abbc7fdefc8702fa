import { decimal, flag, integer, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional } from "../inputs/index.ts";

/** Open: the platform may add statuses. */
export type PairStatus = "active" | "inactive" | (string & {});

/** A listed trading pair and its trading rules. */
export interface Pair {
  /** In upper case, such as `BTCUSDT`. */
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly status: PairStatus;
  /** Minimum quantity of an order, in the base asset; 0 if there is none. */
  readonly minQty: Decimal;
  /** Step size of quantities, in the base asset; 0 if there is none. The platform does not enforce it. */
  readonly stepSize: Decimal;
  /** Minimum value of a limit order, in the quote asset; 0 if there is none. */
  readonly minNotional: Decimal;
  /** Whether it was traded since the last reset of the platform's price feed. */
  readonly hasPrice: boolean;
}

/** Options of `getPairs`. */
export interface GetPairsOptions {
  /** Only pairs with this status. */
  readonly status?: "active" | "inactive" | undefined;
}

/** Response body of `getPairs`. */
export interface Pairs {
  /** In alphabetical order. */
  readonly pairs: readonly Pair[];
  readonly total: number;
}

export const pairRecord: Codec<Pair> = record<Pair>({
  symbol: text,
  baseAsset: text,
  quoteAsset: text,
  status: text,
  minQty: decimal,
  stepSize: decimal,
  minNotional: decimal,
  hasPrice: flag,
});

export const pairsRecord: Codec<Pairs> = record<Pairs>({ pairs: list(pairRecord), total: integer });

export const getPairs: Endpoint<GetPairsOptions, readonly Pair[], Pairs> = endpoint({
  name: "getPairs",
  method: "GET",
  path: "/market/pairs",
  input: input({ status: optional(oneOf(["active", "inactive"])) }),
  output: pairsRecord,
  list: ({ pairs }) => pairs,
  access: "public",
  tier: "market",
});
