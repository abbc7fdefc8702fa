import { decimal, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";

/** The balance of one asset, in units of that asset. */
export interface AssetBalance {
  /** Such as `USDT` or `BTC`. */
  readonly asset: string;
  /** Available for trading. */
  readonly available: Decimal;
  /** Locked by pending orders. */
  readonly locked: Decimal;
  /** `available` plus `locked`. */
  readonly total: Decimal;
}

/** All balances and their total value. */
export interface Balance {
  /** In alphabetical order. With an account's key and several agents, an asset can occur more than once. */
  readonly balances: readonly AssetBalance[];
  /** Value of cash and positions, in USDT. */
  readonly totalEquityUsdt: Decimal;
}

export const balanceRecord: Codec<Balance> = record<Balance>({
  balances: list(record<AssetBalance>({ asset: text, available: decimal, locked: decimal, total: decimal })),
  totalEquityUsdt: decimal,
});

export const getBalance: Endpoint<NoArguments, Balance> = endpoint({
  name: "getBalance",
  method: "GET",
  path: "/account/balance",
  input: input({}),
  output: balanceRecord,
  access: "account",
  tier: "general",
});
