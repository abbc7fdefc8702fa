import { listOrders, type Order } from "../endpoints/index.ts";
import { call } from "./call.ts";
import { startDeadline } from "./deadline.ts";
import type { ReconcileOptions } from "./orderOutcomeUnknown.ts";
import { likeness, type Placement } from "./placements.ts";
import type { Transport } from "./transport.ts";

const PAGE = 100;
/** Milliseconds after which a request that was sent and lost is no longer executed. */
const SETTLED = 5000;
const LOOK_AGAIN = 1000;

/** The order that a lost request placed, null when it is certainly absent. */
export async function reconcile(
  transport: Transport,
  placement: Placement,
  lostAt: number,
  options: ReconcileOptions = {},
): Promise<Order | null> {
  const { clock, placements } = transport;
  const deadline = startDeadline({
    name: "reconcile",
    repeatable: true,
    clock,
    timeout: options.timeout ?? transport.timeout,
    signal: options.signal,
    running: transport.running,
  });
  try {
    // Once it is certain that there is none it stays so, whatever alike is placed later.
    while (placement.orderId !== null) {
      deadline.phase = "waiting for the answer";
      // An order like this one that is still under way could not be told from it.
      await deadline.race(placements.quiet(placement));
      const moment = clock.elapsed() - SETTLED;
      const timeout = Math.max(1, deadline.remaining());
      const found = await look(transport, placement, { signal: deadline.signal, timeout });
      if (placements.busy(placement)) continue; // what was found may be its order
      // While one of its kind may still arrive, an order that was given to that one may be this one's.
      if (found !== undefined || (lostAt <= moment && placements.settled(placement, moment))) {
        if (placement.orderId === null) break;
        placements.close(placement, found?.orderId ?? null);
        return found ?? null;
      }
      deadline.phase = "waiting to try again";
      await deadline.sleep(LOOK_AGAIN);
    }
    return null;
  } finally {
    deadline.dispose();
  }
}

/**
 * Orders of the same likeness are alike to the last digit, so it only matters that each is given to one call:
 * going from the oldest order on, each belongs to the latest sent of the calls that can have placed it.
 */
async function look(
  transport: Transport,
  placement: Placement,
  limits: { readonly signal: AbortSignal; readonly timeout: number },
): Promise<Order | undefined> {
  const { placements, server } = transport;
  const orders = await ordersLike(transport, placement, limits);
  if (typeof placement.orderId === "string") return orders.find(({ orderId }) => orderId === placement.orderId);
  const rivals = [...placements.rivals(placement)];
  for (const order of orders) {
    if (placements.taken(order.orderId)) continue;
    const created = order.createdAt.getTime() + 1; // cut to the millisecond
    const possible = rivals.filter(({ sentAt }) => server.earliest(sentAt ?? 0) <= created);
    const likely = possible.filter(({ sentAt }) => server.at(sentAt ?? 0) <= created);
    const owner = likely.at(-1) ?? possible[0];
    if (owner === placement) return order;
    if (owner !== undefined) rivals.splice(rivals.indexOf(owner), 1);
  }
  return undefined;
}

/** All orders of that likeness that it or a rival can have placed, oldest first. */
async function ordersLike(
  transport: Transport,
  placement: Placement,
  limits: { readonly signal: AbortSignal; readonly timeout: number },
): Promise<readonly Order[]> {
  const { params, likeness: wanted, agentId } = placement;
  const { placements, server } = transport;
  // Asked for after an answer only: before the first one the platform's clock is not known.
  const since = (): number =>
    Math.min(...placements.rivals(placement).map(({ sentAt }) => server.earliest(sentAt ?? 0)));
  const found = new Map<string, Order>();
  for (let offset = 0; ; offset += PAGE) {
    const { orders } = await call(
      transport,
      listOrders,
      { symbol: params["symbol"] as string, limit: PAGE, offset },
      { ...limits, agentId },
    );
    for (const order of orders) {
      if (likeness(order.symbol, order.side, order.type, order.quantity, order.price) === wanted)
        found.set(order.orderId, order);
    }
    const last = orders.at(-1);
    // Newest first: what follows is older still.
    if (last === undefined || orders.length < PAGE || last.createdAt.getTime() < since()) break;
  }
  const earliest = since() - 1; // times are cut to the millisecond
  return [...found.values()]
    .filter((order) => order.createdAt.getTime() >= earliest)
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}
