import { integer, list, record, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";
import { openBacktestOrderRecord, type OpenBacktestOrder } from "./backtestOrder.ts";

/** Response body of `getOpenBacktestOrders`. */
export interface OpenBacktestOrders {
  /** Oldest first. */
  readonly orders: readonly OpenBacktestOrder[];
  readonly count: number;
}

export const openBacktestOrdersRecord: Codec<OpenBacktestOrders> = record<OpenBacktestOrders>({
  orders: list(openBacktestOrderRecord),
  count: integer,
});

export const getOpenBacktestOrders: Endpoint<{ sessionId: string }, readonly OpenBacktestOrder[], OpenBacktestOrders> =
  endpoint({
    name: "getOpenBacktestOrders",
    method: "GET",
    path: "/backtest/{sessionId}/trade/orders/open",
    input: input({ sessionId: uuid }),
    output: openBacktestOrdersRecord,
    list: ({ orders }) => orders,
    access: "account",
    tier: "backtest",
  });
