// The object of the gateway's tests. Its upstream is chosen by the test.
import { OrderDesk } from "../../src/gateway/orderDesk.ts";
import type { KeyedOrder } from "../../src/gateway/index.ts";
import type { ClientOptions } from "../../src/transport/index.ts";
import { GatewayObject } from "../../src/workers/index.ts";
import { sqlRecords } from "../../src/workers/gatewayRecords.ts";

/** Set before an object places orders. */
export const upstream: { current: ClientOptions | undefined } = { current: undefined };

export class GatewayOrders extends GatewayObject<Cloudflare.Env> {
  protected override upstream(): ClientOptions {
    if (upstream.current === undefined) throw new Error("The test has set no upstream.");
    return upstream.current;
  }

  /** Begins to place an order as `placeOrder` does, without keeping its caller waiting. */
  begin(order: KeyedOrder): void {
    void new OrderDesk(this.upstream(), sqlRecords(this.ctx.storage)).place(order);
  }
}
