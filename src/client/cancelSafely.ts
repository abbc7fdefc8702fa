import { cancelOrder, getOrder, type CancelledOrder } from "../endpoints/index.ts";
import { isAgentExchangeError } from "../errors/index.ts";
import type { CallOptions, Transport } from "../transport/index.ts";
import { send } from "./send.ts";
import { Exact, published } from "../wire/index.ts";

/** What the platform sets aside for a buy, relative to its value: the order's own price and 0.1 % for the fee. */
const BUY_LOCK = "1.001";

/**
 * A cancel may be sent twice. When the first answer was lost, the second says that the order is cancelled
 * already: then this call did it, and the answer that was lost is made again from the order.
 */
export async function cancelSafely(
  transport: Transport,
  orderId: string,
  options?: CallOptions,
): Promise<CancelledOrder> {
  try {
    return await send(transport, cancelOrder, { orderId }, options);
  } catch (error) {
    const repeated = isAgentExchangeError(error) && error.code === "ORDER_NOT_CANCELLABLE" && error.attempts > 1;
    if (!repeated || error.details["current_status"] !== "cancelled") throw error;
    const order = await send(transport, getOrder, { orderId }, options);
    const unlockedAmount =
      order.side === "buy"
        ? published(Exact.mul(Exact.mul(order.quantity, order.price ?? 0), BUY_LOCK))
        : order.quantity;
    // The platform's own answer has the time of the answer here too; it stores none.
    return {
      orderId: order.orderId,
      status: order.status,
      unlockedAmount,
      cancelledAt: new Date(transport.config.clock.now()),
    };
  }
}
