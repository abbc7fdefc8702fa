import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { backtestOrderRecord, type BacktestOrder } from "./backtestOrder.ts";

/** Response body of `listBacktestOrders`. */
export interface BacktestOrders {
  /** Oldest first. */
  readonly orders: readonly BacktestOrder[];
  readonly count: number;
}

export const backtestOrdersRecord: Codec<BacktestOrders> = record<BacktestOrders>({
  orders: list(backtestOrderRecord),
  count: integer,
});

export const listBacktestOrders: Endpoint<{ sessionId: string }, readonly BacktestOrder[], BacktestOrders> = endpoint({
  name: "listBacktestOrders",
  method: "GET",
  path: "/backtest/{sessionId}/trade/orders",
  input: input({ sessionId: uuid }),
  output: backtestOrdersRecord,
  list: ({ orders }) => orders,
  access: "account",
  tier: "backtest",
});
