import { getOrder, invalid, type Order, type OrderStatus } from "../endpoints/index.ts";
import { OrderError } from "../errors/index.ts";
import type { CallOptions, Transport } from "../transport/index.ts";
import { send } from "./send.ts";

const FINAL: readonly OrderStatus[] = ["filled", "cancelled", "expired", "rejected"];
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 5000;

/** When to stop waiting for an order. */
export interface WaitForOrderOptions {
  /** Statuses to wait for; default any final one: filled, cancelled, expired or rejected. */
  readonly until?: readonly OrderStatus[] | OrderStatus | undefined;
  /** Milliseconds to wait in all; default the client's timeout. */
  readonly timeout?: number | undefined;
}

/** Polls more and more slowly: most orders that fill soon fill at once, the others take their time. */
export async function pollOrder(
  transport: Transport,
  orderId: string,
  wait: WaitForOrderOptions,
  options: CallOptions,
): Promise<Order> {
  check(wait);
  const until = wait.until === undefined ? FINAL : [wait.until].flat();
  const deadline = transport.session.startDeadline({
    name: "waitForOrder",
    repeatable: true,
    timeout: wait.timeout ?? options.timeout ?? transport.config.timeout,
    signal: options.signal,
  });
  try {
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.6, LONGEST_PAUSE)) {
      // Never less than nothing: a timer can fire late, and then the deadline itself says so.
      const timeout = Math.max(1, deadline.remaining());
      const order = await deadline.race(
        send(transport, getOrder, { orderId }, { ...options, signal: deadline.signal, timeout }),
      );
      if (until.includes(order.status)) return order;
      if (FINAL.includes(order.status)) {
        throw new OrderError(
          `waitForOrder: the order ended as ${order.status}, and will never be ${until.join(" or ")}.`,
          {
            code: "ORDER_ENDED",
            details: { order_id: orderId, current_status: order.status },
          },
        );
      }
      deadline.phase = "waiting for the order";
      await deadline.sleep(pause);
      deadline.phase = "waiting for the response";
    }
  } finally {
    deadline.dispose();
  }
}

function check(wait: WaitForOrderOptions): void {
  for (const key in wait) {
    if (key !== "until" && key !== "timeout")
      throw invalid("waitForOrder", [
        { field: key, message: "is not a waitForOrder option; expected until or timeout" },
      ]);
  }
  if (wait.timeout !== undefined && !(wait.timeout > 0))
    throw invalid("waitForOrder", [{ field: "timeout", message: "must be a positive number of milliseconds" }]);
}
