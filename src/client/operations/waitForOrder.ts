import { invalid, type Order, type OrderStatus } from "../../endpoints/index.ts";
import * as endpoints from "../../endpoints/trading/index.ts";
import { OrderError } from "../../errors/index.ts";
import { unknownOption, type CallOptions } from "../../transport/index.ts";
import { partsOf, type Client } from "../createClient.ts";
import { requestAboutOrders } from "../requestAboutOrders.ts";

const OPTIONS: readonly string[] = ["until", "timeout"];
const FINAL: readonly OrderStatus[] = ["filled", "cancelled", "expired", "rejected"];
const MIN_PAUSE = 250;
const MAX_PAUSE = 5000;

/** Options of `waitForOrder`. */
export interface WaitForOrderOptions {
  /** Statuses to wait for; default all final ones: filled, cancelled, expired and rejected. */
  readonly until?: readonly OrderStatus[] | OrderStatus | undefined;
  /** Total milliseconds to wait; default the client's timeout. */
  readonly timeout?: number | undefined;
}

/** The operation of `client.waitForOrder()`. Polls at growing intervals, since most orders either fill within the first second or take much longer. */
export async function waitForOrder(
  client: Client,
  orderId: string,
  wait: WaitForOrderOptions = {},
  options: CallOptions = {},
): Promise<Order> {
  checkOptions(wait);
  const { transport } = partsOf(client);
  const until = wait.until === undefined ? FINAL : [wait.until].flat();
  const deadline = transport.session.startDeadline({
    name: "waitForOrder",
    repeatable: true,
    timeout: wait.timeout ?? options.timeout ?? transport.config.timeout,
    signal: options.signal,
  });
  try {
    for (let pause = MIN_PAUSE; ; pause = Math.min(pause * 1.6, MAX_PAUSE)) {
      // A timer can fire late, so the remaining time can be negative. The deadline then ends the race.
      const timeout = Math.max(1, deadline.remaining());
      const order = await deadline.race(
        requestAboutOrders(client, endpoints.getOrder, { orderId }, { ...options, signal: deadline.signal, timeout }),
      );
      if (until.includes(order.status)) return order;
      if (FINAL.includes(order.status)) {
        throw new OrderError(
          `waitForOrder: the order ended as ${order.status} and will never be ${until.join(" or ")}.`,
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

function checkOptions(wait: WaitForOrderOptions): void {
  for (const key in wait) {
    if (!OPTIONS.includes(key)) throw unknownOption("waitForOrder", "wait", key, OPTIONS);
  }
  if (wait.timeout !== undefined && !(wait.timeout > 0))
    throw invalid("waitForOrder", [{ field: "timeout", message: "must be a positive number of milliseconds" }]);
}
