import { decimal, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";

/** What is held of one asset, in units of that asset. */
export interface AssetBalance {
  /** Such as `USDT` or `BTC`. */
  readonly asset: string;
  /** Free to trade with. */
  readonly available: Decimal;
  /** Set aside by pending orders. */
  readonly locked: Decimal;
  /** Both together. */
  readonly total: Decimal;
}

/** All balances, and what they are worth. */
export interface Balance {
  /** In alphabetical order; with an account's key and several agents an asset can come several times. */
  readonly balances: readonly AssetBalance[];
  /** Cash and positions together, in USDT. */
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
