import { decimal, instant, list, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, optional, uuid, wholeNumber } from "../inputs/index.ts";

/** Options of `getBacktestEquityCurve`. */
export interface GetBacktestEquityCurveOptions {
  /** Every n-th snapshot, from 1; default 1, which returns all. */
  readonly interval?: number | undefined;
}

/** The account of a backtest at one time; amounts in USDT. */
export interface BacktestSnapshot {
  /** The backtest's clock. Simulated time, not real time. */
  readonly simulatedAt: Date;
  /** `availableCash` plus `positionValue`. */
  readonly totalEquity: Decimal;
  /** Includes cash that is locked by pending orders. */
  readonly availableCash: Decimal;
  readonly positionValue: Decimal;
  readonly unrealizedPnl: Decimal;
  readonly realizedPnl: Decimal;
}

/** Response body of `getBacktestEquityCurve`. */
export interface BacktestEquityCurve {
  readonly sessionId: string;
  readonly interval: string;
  /** Oldest first. */
  readonly snapshots: readonly BacktestSnapshot[];
}

export const backtestEquityCurveRecord: Codec<BacktestEquityCurve> = record<BacktestEquityCurve>({
  sessionId: text,
  interval: text,
  snapshots: list(
    record<BacktestSnapshot>({
      simulatedAt: instant,
      totalEquity: decimal,
      availableCash: decimal,
      positionValue: decimal,
      unrealizedPnl: decimal,
      realizedPnl: decimal,
    }),
  ),
});

export const getBacktestEquityCurve: Endpoint<
  GetBacktestEquityCurveOptions & { sessionId: string },
  readonly BacktestSnapshot[],
  BacktestEquityCurve
> = endpoint({
  name: "getBacktestEquityCurve",
  method: "GET",
  path: "/backtest/{sessionId}/results/equity-curve",
  input: input({ sessionId: uuid, interval: optional(wholeNumber(1)) }),
  output: backtestEquityCurveRecord,
  list: ({ snapshots }) => snapshots,
  access: "account",
  tier: "backtest",
});
