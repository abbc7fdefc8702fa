import type { Order, Params, PlacedOrder } from "../endpoints/index.ts";
import { OrderOutcomeUnknownError, type AgentExchangeError } from "../errors/index.ts";
import { Decimal } from "../wire/index.ts";
import type { Transport } from "./transport.ts";

/** How many acknowledged orders are remembered: at 100 a minute those of the last 100 minutes. */
const REMEMBERED = 10_000;

/** One order on its way to the platform, and what is known of it. */
export interface Placement {
  readonly params: Params;
  /** What makes two orders look the same in the platform's list. */
  readonly likeness: string;
  /** `clock.elapsed()` of its last request; undefined when nothing was sent. */
  sentAt: number | undefined;
  agentId: string | undefined;
  /** The order that reconciling found, which is then nobody else's. */
  orderId: string | undefined;
  sent(elapsed: number, agentId: string | undefined): void;
  /** The platform's answer names the order. */
  acknowledged(order: unknown): void;
  /** The call is over. */
  end(): void;
}

/** The orders of one client, so that reconciling never takes one call's order for another's. */
export interface Placements {
  begin(params: Params): Placement;
  /** Keeps a placement whose outcome is unknown until it is reconciled. */
  open(placement: Placement): void;
  close(placement: Placement, orderId: string | undefined): void;
  /** Placements of the same likeness whose outcome is unknown, in the order they were sent. */
  unknown(likeness: string): readonly Placement[];
  /** Settles when no other call of this likeness is under way. */
  quiet(likeness: string): Promise<void>;
  /** Whether an order is known to be some other call's. */
  taken(orderId: string): boolean;
}

export function createPlacements(): Placements {
  const running = new Map<Placement, (() => void)[]>();
  const open = new Set<Placement>();
  const known = new Set<string>();

  function remember(orderId: string): void {
    known.add(orderId);
    if (known.size > REMEMBERED) known.delete(known.values().next().value as string);
  }

  return {
    begin(params) {
      const placement: Placement = {
        params,
        likeness: likeness(
          params["symbol"] as string,
          params["side"] as string,
          params["type"] as string,
          params["quantity"] as string,
          params["price"] as string | undefined,
        ),
        sentAt: undefined,
        agentId: undefined,
        orderId: undefined,
        sent(elapsed, agentId) {
          placement.sentAt = elapsed;
          placement.agentId = agentId;
        },
        acknowledged: (order) => remember((order as PlacedOrder).orderId),
        end() {
          const listeners = running.get(placement) ?? [];
          running.delete(placement);
          for (const listener of listeners) listener();
        },
      };
      running.set(placement, []);
      return placement;
    },
    open(placement) {
      open.add(placement);
    },
    close(placement, orderId) {
      open.delete(placement);
      placement.orderId = orderId;
      if (orderId !== undefined) remember(orderId);
    },
    unknown: (of) =>
      [...open].filter((placement) => placement.likeness === of).toSorted((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0)),
    async quiet(of) {
      const same = [...running].filter(([placement]) => placement.likeness === of);
      await Promise.all(same.map(([, listeners]) => new Promise<void>((resolve) => listeners.push(resolve))));
    },
    taken: (orderId) => known.has(orderId),
  };
}

/** Orders are stored with 8 decimals, rounded half away from zero. */
export function likeness(
  symbol: string,
  side: string,
  type: string,
  quantity: Decimal | string,
  price: Decimal | string | null | undefined,
): string {
  const stored = (amount: Decimal | string): string =>
    new Decimal(amount).toDecimalPlaces(8, Decimal.ROUND_HALF_UP).toFixed();
  return [
    symbol.toUpperCase(),
    side,
    type,
    stored(quantity),
    price === null || price === undefined ? "" : stored(price),
  ].join(" ");
}

/** Limits of a search for an order. */
export interface ReconcileOptions {
  readonly signal?: AbortSignal;
  readonly timeout?: number;
}

/** The error of an order that was sent and whose answer was lost. */
export function outcomeUnknown(
  transport: Transport,
  name: string,
  placement: Placement,
  cause: AgentExchangeError,
): OrderOutcomeUnknownError<Order> {
  const lostAt = transport.clock.elapsed();
  transport.placements.open(placement);
  return new OrderOutcomeUnknownError<Order>(
    `${name}: the order was sent, but its outcome is unknown: ${cause.message}`,
    {
      code: "ORDER_OUTCOME_UNKNOWN",
      status: cause.status ?? undefined,
      details: { ...cause.details, cause: cause.code },
      attempts: cause.attempts,
      cause,
      hint: "Do not place it again before reconcile() has told whether it exists.",
      find: (options) => transport.reconcile(placement, lostAt, options),
    },
  );
}
