import { decimal, from, nullable, record, text, type Codec, type Decimal } from "../../wire/index.ts";
import { orderTypeCodec, sideCodec, type OrderStatus, type OrderType, type Side } from "../trading/order.ts";

/** A pending order of a running backtest. */
export interface OpenBacktestOrder {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** In the base asset. */
  readonly quantity: Decimal;
  /** Limit or trigger price in the quote asset; the fill price of a filled order; null for any other market order. */
  readonly price: Decimal | null;
  /** Trigger price in the quote asset; null unless the type is `stop_loss` or `take_profit`. */
  readonly stopPrice: Decimal | null;
  readonly status: OrderStatus;
}

/** An order of a running backtest, of any status. */
export interface BacktestOrder extends OpenBacktestOrder {
  /** In the quote asset, slippage included; null unless filled. */
  readonly executedPrice: Decimal | null;
  /** In the quote asset; null unless filled. */
  readonly fee: Decimal | null;
}

const fields = {
  orderId: from("id", text),
  symbol: text,
  side: sideCodec,
  type: orderTypeCodec,
  quantity: decimal,
  price: nullable(decimal),
  stopPrice: nullable(decimal),
  status: text,
};

export const openBacktestOrderRecord: Codec<OpenBacktestOrder> = record<OpenBacktestOrder>(fields);

export const backtestOrderRecord: Codec<BacktestOrder> = record<BacktestOrder>({
  ...fields,
  executedPrice: nullable(decimal),
  fee: nullable(decimal),
});
