import type { Params, PlacedOrder } from "../endpoints/index.ts";
import type { AgentExchangeError } from "../errors/index.ts";
import { Decimal } from "../wire/index.ts";
import { OrderOutcomeUnknownError } from "./orderOutcomeUnknown.ts";
import type { Transport } from "./transport.ts";

/** How many acknowledged orders are remembered: at 100 a minute those of the last 100 minutes. */
const REMEMBERED = 10_000;

/** How long a lost placement matters to others of its kind, in milliseconds. */
const LATELY = 60_000;

/** One order on its way to the platform, and what is known of it. */
export interface Placement {
  readonly params: Params;
  /** What makes two orders look the same in the platform's list. */
  readonly likeness: string;
  /** `clock.elapsed()` of its last request; undefined when nothing was sent. */
  sentAt: number | undefined;
  agentId: string | undefined;
  /** The order that reconciling found, which is then nobody else's; null when it found that there is none. */
  orderId: string | null | undefined;
  sent(elapsed: number, agentId: string | undefined): void;
  /** The platform's answer names the order. */
  acknowledged(order: unknown): void;
  /** The call is over. */
  end(): void;
}

/** The orders of one client, so that reconciling never takes one call's order for another's. */
export interface Placements {
  begin(params: Params): Placement;
  /** Keeps a placement whose outcome is unknown since `lostAt` until it is reconciled. */
  open(placement: Placement, lostAt: number): void;
  close(placement: Placement, orderId: string | null): void;
  /** Placements of the same likeness whose outcome is unknown, this one with them, in the order they were sent. */
  rivals(placement: Placement): readonly Placement[];
  /** Whether none of the calls that could have placed the same order was lost after that moment, reconciled or not. */
  settled(placement: Placement, moment: number): boolean;
  /** Whether a call that could have placed the same order is under way. */
  busy(placement: Placement): boolean;
  /** Settles when those that are under way now are over. */
  quiet(placement: Placement): Promise<void>;
  /** Whether an order is known to be some other call's. */
  taken(orderId: string): boolean;
}

export function createPlacements(): Placements {
  const running = new Map<Placement, (() => void)[]>();
  const open = new Set<Placement>();
  const lost = new Map<Placement, number>();
  const known = new Set<string>();

  function underWay(of: Placement): readonly [Placement, (() => void)[]][] {
    return [...running].filter(([other]) => other.sentAt !== undefined && alike(of, other));
  }

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
    open(placement, lostAt) {
      open.add(placement);
      for (const [other, moment] of lost) if (moment < lostAt - LATELY) lost.delete(other);
      lost.set(placement, lostAt);
    },
    close(placement, orderId) {
      open.delete(placement);
      placement.orderId = orderId;
      if (orderId !== null) remember(orderId);
    },
    rivals: (of) =>
      [...new Set([...open, of])]
        .filter((other) => alike(of, other))
        .toSorted((a, b) => (a.sentAt ?? 0) - (b.sentAt ?? 0)),
    settled: (of, moment) => ![...lost].some(([other, lostAt]) => lostAt > moment && alike(of, other)),
    busy: (of) => underWay(of).length > 0,
    async quiet(of) {
      await Promise.all(underWay(of).map(([, listeners]) => new Promise<void>((resolve) => listeners.push(resolve))));
    },
    taken: (orderId) => known.has(orderId),
  };
}

/** Whether the platform's list could not tell the orders of two calls apart. */
function alike(one: Placement, other: Placement): boolean {
  return one.likeness === other.likeness && one.agentId === other.agentId;
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

/** The error of an order that was sent and whose answer was lost. */
export function outcomeUnknown(
  transport: Transport,
  name: string,
  placement: Placement,
  cause: AgentExchangeError,
): OrderOutcomeUnknownError {
  const lostAt = transport.clock.elapsed();
  transport.placements.open(placement, lostAt);
  return new OrderOutcomeUnknownError(`${name}: the order was sent, but its outcome is unknown: ${cause.message}`, {
    code: "ORDER_OUTCOME_UNKNOWN",
    status: cause.status ?? undefined,
    details: { ...cause.details, cause: cause.code },
    attempts: cause.attempts,
    cause,
    hint: "Do not place it again before reconcile() has told whether it exists.",
    find: (options) => transport.reconcile(placement, lostAt, options),
  });
}
