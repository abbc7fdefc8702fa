import type { Order } from "../endpoints/index.ts";
import { OrderError, type ErrorFields } from "../errors/index.ts";

/** Limits of a search for an order. */
export interface ReconcileOptions {
  /** Ends the search with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the search; default the client's timeout. */
  readonly timeout?: number | undefined;
}

type Find = (options?: ReconcileOptions) => Promise<Order | null>;

/**
 * The order was sent and the answer never came, or made no sense: it may or may not exist. It is never
 * sent again by itself; {@link OrderOutcomeUnknownError.reconcile} finds out.
 *
 * @example
 * ```ts
 * try {
 *   await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001" });
 * } catch (error) {
 *   if (!(error instanceof OrderOutcomeUnknownError)) throw error;
 *   const order = await error.reconcile();
 *   console.log(order === null ? "never placed" : `placed as ${order.orderId}`);
 * }
 * ```
 */
export class OrderOutcomeUnknownError extends OrderError {
  override readonly name = "OrderOutcomeUnknownError";
  readonly #find: Find;

  constructor(message: string, fields: ErrorFields & { readonly find: Find }) {
    super(message, fields);
    this.#find = fields.find;
  }

  /**
   * Looks through the platform's orders for the one that this call placed: same side, symbol, type,
   * quantity and price, created since the call, and no other call's.
   *
   * @returns the order, or null when it is certainly absent
   * @throws the errors of `listOrders`; then nothing is known yet, and it can be called again
   */
  reconcile(options?: ReconcileOptions): Promise<Order | null> {
    return this.#find(options);
  }
}
