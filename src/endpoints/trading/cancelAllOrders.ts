import { decimal, integer, record, type Codec, type Decimal } from "../../wire/index.ts";
import { endpoint, type Endpoint, type NoArguments } from "../endpoint.ts";
import { input } from "../inputs/index.ts";

/** The result of cancelling all open orders. */
export interface CancelledOrders {
  readonly cancelledCount: number;
  /** Sum of quote amounts of buys and base amounts of sells, which the platform adds without conversion. */
  readonly totalUnlocked: Decimal;
}

export const cancelledOrdersRecord: Codec<CancelledOrders> = record<CancelledOrders>({
  cancelledCount: integer,
  totalUnlocked: decimal,
});

export const cancelAllOrders: Endpoint<NoArguments, CancelledOrders> = endpoint({
  name: "cancelAllOrders",
  method: "DELETE",
  path: "/trade/orders/open",
  input: input({}),
  output: cancelledOrdersRecord,
  access: "account",
  tier: "orders",
  effect: "cancel",
});
