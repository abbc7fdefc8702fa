import { decimal, flag, integer, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, oneOf, optional } from "../inputs/index.ts";

/** Open: the platform may add kinds. */
export type PairStatus = "active" | "inactive" | (string & {});

/** A listed pair and its trading rules. */
export interface Pair {
  /** In upper case, such as `BTCUSDT`. */
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly status: PairStatus;
  /** Smallest quantity of an order, in the base asset; 0 when there is none. */
  readonly minQty: Decimal;
  /** Step of quantities, in the base asset; 0 when there is none. The platform does not enforce it. */
  readonly stepSize: Decimal;
  /** Smallest value of a limit order, in the quote asset; 0 when there is none. */
  readonly minNotional: Decimal;
  /** Whether it was traded at all since the platform's price feed was last emptied. */
  readonly hasPrice: boolean;
}

export interface GetPairsOptions {
  /** Only pairs in this state. */
  readonly status?: "active" | "inactive" | undefined;
}

/** The listed pairs. */
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
