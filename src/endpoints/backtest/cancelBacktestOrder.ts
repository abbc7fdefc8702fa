import { flag, record, text, type Codec } from "../../wire/index.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { input, uuid } from "../inputs/index.ts";

/** The outcome of cancelling a backtest order. */
export interface CancelledBacktestOrder {
  readonly orderId: string;
  /**
   * False if the order was not pending: filled, cancelled, rejected or unknown. Also if the client had to repeat the
   * request after a lost response that had already cancelled it.
   */
  readonly cancelled: boolean;
}

export const cancelledBacktestOrderRecord: Codec<CancelledBacktestOrder> = record<CancelledBacktestOrder>({
  orderId: text,
  cancelled: flag,
});

export const cancelBacktestOrder: Endpoint<{ sessionId: string; orderId: string }, CancelledBacktestOrder> = endpoint({
  name: "cancelBacktestOrder",
  method: "DELETE",
  path: "/backtest/{sessionId}/trade/order/{orderId}",
  input: input({ sessionId: uuid, orderId: uuid }),
  output: cancelledBacktestOrderRecord,
  access: "account",
  tier: "backtest",
  effect: "cancel",
});
