import { listOrders, type Order } from "../endpoints/index.ts";
import { call } from "./call.ts";
import { startDeadline } from "./deadline.ts";
import { likeness, type Placement, type ReconcileOptions } from "./placements.ts";
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
    deadline.phase = "waiting for the answer";
    // An order like this one that is still under way could not be told from it.
    await deadline.race(placements.quiet(placement.likeness));
    for (;;) {
      const settled = clock.elapsed() - lostAt >= SETTLED;
      const found = await look(transport, placement, { signal: deadline.signal, timeout: deadline.remaining() });
      if (found !== undefined || settled) {
        placements.close(placement, found?.orderId);
        return found ?? null;
      }
      await deadline.sleep(LOOK_AGAIN);
    }
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
  const unknown = placements.unknown(placement.likeness);
  const rivals = unknown.includes(placement) ? [...unknown] : [...unknown, placement];
  const since = Math.min(...rivals.map(({ sentAt }) => server.earliest(sentAt ?? 0)));
  const orders = await ordersLike(transport, placement, since, limits);
  for (const order of orders) {
    if (order.orderId === placement.orderId) return order;
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

/** All orders of that likeness created since then, oldest first. */
async function ordersLike(
  transport: Transport,
  { params, likeness: wanted, agentId }: Placement,
  since: number,
  limits: { readonly signal: AbortSignal; readonly timeout: number },
): Promise<readonly Order[]> {
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
    if (last === undefined || orders.length < PAGE || last.createdAt.getTime() < since) break;
  }
  return [...found.values()]
    .filter((order) => order.createdAt.getTime() >= since - 1)
    .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
}
