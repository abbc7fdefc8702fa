import { decimal, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** A position of a running backtest, without its value: that is in the portfolio. */
export interface BacktestHolding {
  readonly symbol: string;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** In the quote asset. The platform ignores fees; the embedded exchange includes them, except in `observed` mode. */
  readonly avgEntryPrice: Decimal;
  /** Of the sells in this symbol so far, in the quote asset. */
  readonly realizedPnl: Decimal;
}

/** Response body of `getBacktestPositions`. */
export interface BacktestHoldings {
  readonly positions: readonly BacktestHolding[];
}

export const backtestHoldingsRecord: Codec<BacktestHoldings> = record<BacktestHoldings>({
  positions: list(
    record<BacktestHolding>({ symbol: text, quantity: decimal, avgEntryPrice: decimal, realizedPnl: decimal }),
  ),
});

export const getBacktestPositions: Endpoint<{ sessionId: string }, readonly BacktestHolding[], BacktestHoldings> =
  endpoint({
    name: "getBacktestPositions",
    method: "GET",
    path: "/backtest/{sessionId}/account/positions",
    input: input({ sessionId: uuid }),
    output: backtestHoldingsRecord,
    list: ({ positions }) => positions,
    access: "account",
    tier: "backtest",
  });
