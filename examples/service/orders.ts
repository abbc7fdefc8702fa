// Orders, each at most once for an Idempotency-Key.
import {
  InvalidSymbolError,
  OrderError,
  OrderOutcomeUnknownError,
  toPlain,
  type AgentExchangeClient,
  type CallOptions,
  type Order,
  type PlacedOrder,
  type Plain,
} from "agentexchange";
import { HttpProblem } from "./problems.ts";

/** The order was sent, but nobody knows yet whether it exists: `outcome` is where to ask. */
export interface UnknownOutcome {
  readonly unknown: true;
  readonly outcome: string;
}

export type Placed = Plain<PlacedOrder> | UnknownOutcome;

export interface Orders {
  place(body: unknown, key: string | undefined): Promise<Placed>;
  /** Resolves when the outcome is known, after at most about 15 s. */
  outcome(id: string, signal: AbortSignal): Promise<Order>;
}

/** Keys and unknown outcomes are kept in memory, the newest of each. */
const MAX_KEPT = 10_000;

export function createOrders(client: AgentExchangeClient): Orders {
  const byKey = new Map<string, { readonly order: string; readonly placed: Promise<Placed> }>();
  const unknown = new Map<string, OrderOutcomeUnknownError>();

  async function place(body: unknown, id: string, options: CallOptions): Promise<Placed> {
    try {
      return toPlain(await placeByType(client, body, options));
    } catch (error) {
      if (!(error instanceof OrderOutcomeUnknownError)) throw error;
      keep(unknown, id, error);
      return { unknown: true, outcome: `/order/outcome/${encodeURIComponent(id)}` };
    }
  }

  return {
    async place(body, key) {
      if (key === undefined) return place(body, crypto.randomUUID(), {});
      if (!/^[\x21-\x7e]{1,255}$/.test(key))
        throw new HttpProblem(400, "INVALID_IDEMPOTENCY_KEY", "Idempotency-Key must be 1 to 255 visible characters.");
      const order = JSON.stringify(body);
      const known = byKey.get(key);
      if (known !== undefined && known.order !== order)
        throw new HttpProblem(422, "IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another order.");
      if (known !== undefined) return known.placed;
      // The exchange gets the key as well, in case it honors keys and this service forgets them.
      const placed = place(body, key, { idempotencyKey: key });
      keep(byKey, key, { order, placed });
      // A rejection is final, as it is for an exchange that honors keys. After other errors, the key may try again.
      placed.catch((error: unknown) => {
        if (!(error instanceof OrderError || error instanceof InvalidSymbolError)) byKey.delete(key);
      });
      return placed;
    },

    async outcome(id, signal) {
      const error = unknown.get(id);
      if (error === undefined) throw new HttpProblem(404, "NOT_FOUND", "No order with an unknown outcome has this id.");
      const order = await error.reconcile({ signal });
      if (order !== null) return order;
      byKey.delete(id);
      throw new HttpProblem(404, "ORDER_NOT_PLACED", "The order was not placed. It can be sent again.");
    },
  };
}

/** The client validates the order, so that the service need not. */
function placeByType(client: AgentExchangeClient, body: unknown, options: CallOptions): Promise<PlacedOrder> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new HttpProblem(422, "VALIDATION_ERROR", "The body must be a JSON object.");
  const { type = "market", ...order } = body as { readonly type?: unknown };
  switch (type) {
    case "market":
      return client.placeMarketOrder(order as Parameters<typeof client.placeMarketOrder>[0], options);
    case "limit":
      return client.placeLimitOrder(order as Parameters<typeof client.placeLimitOrder>[0], options);
    case "stop_loss":
      return client.placeStopLoss(order as Parameters<typeof client.placeStopLoss>[0], options);
    case "take_profit":
      return client.placeTakeProfit(order as Parameters<typeof client.placeTakeProfit>[0], options);
    default:
      throw new HttpProblem(422, "VALIDATION_ERROR", "type must be market, limit, stop_loss or take_profit.");
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= MAX_KEPT) return;
    map.delete(oldest);
  }
}
