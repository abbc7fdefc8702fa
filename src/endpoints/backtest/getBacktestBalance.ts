import { decimal, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** The balance of one asset in a running backtest. */
export interface BacktestBalance {
  readonly asset: string;
  /** In units of the asset; so is `locked`. */
  readonly available: Decimal;
  /** Locked by pending orders. */
  readonly locked: Decimal;
}

/** Response body of `getBacktestBalance`. */
export interface BacktestBalances {
  /** Assets that are not zero. */
  readonly balances: readonly BacktestBalance[];
}

export const backtestBalancesRecord: Codec<BacktestBalances> = record<BacktestBalances>({
  balances: list(record<BacktestBalance>({ asset: text, available: decimal, locked: decimal })),
});

export const getBacktestBalance: Endpoint<{ sessionId: string }, readonly BacktestBalance[], BacktestBalances> =
  endpoint({
    name: "getBacktestBalance",
    method: "GET",
    path: "/backtest/{sessionId}/account/balance",
    input: input({ sessionId: uuid }),
    output: backtestBalancesRecord,
    list: ({ balances }) => balances,
    access: "account",
    tier: "backtest",
  });
