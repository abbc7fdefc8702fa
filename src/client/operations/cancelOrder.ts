import type { CancelledOrder } from "../../endpoints/index.ts";
import * as endpoints from "../../endpoints/trading/index.ts";
import { isAgentExchangeError } from "../../errors/index.ts";
import type { CallOptions } from "../../transport/index.ts";
import { partsOf, type Client } from "../createClient.ts";
import { requestAboutOrders } from "../requestAboutOrders.ts";
import { Exact, toPublicDecimal } from "../../wire/index.ts";

/** Amount that the platform locks for a buy, as a multiple of its value: 0.1 % more, for the fee. */
const BUY_LOCK = "1.001";

/**
 * The operation of `client.cancelOrder()`. If the first response was lost, the second attempt reports that the order is cancelled already. This
 * call cancelled it then, so the lost response is rebuilt from the order.
 */
export async function cancelOrder(client: Client, orderId: string, options?: CallOptions): Promise<CancelledOrder> {
  try {
    return await requestAboutOrders(client, endpoints.cancelOrder, { orderId }, options);
  } catch (error) {
    const wasRepeated = isAgentExchangeError(error) && error.code === "ORDER_NOT_CANCELLABLE" && error.attempts > 1;
    if (!wasRepeated || error.details["current_status"] !== "cancelled") throw error;
    const order = await requestAboutOrders(client, endpoints.getOrder, { orderId }, options);
    const unlockedAmount =
      order.side === "buy"
        ? toPublicDecimal(Exact.mul(Exact.mul(order.quantity, order.price ?? 0), BUY_LOCK))
        : order.quantity;
    // The platform does not store when an order was cancelled; its response, too, has the time of the response here.
    return {
      orderId: order.orderId,
      status: order.status,
      unlockedAmount,
      cancelledAt: new Date(partsOf(client).transport.config.clock.now()),
    };
  }
}
