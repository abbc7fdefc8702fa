import {
  OrderOutcomeUnknownError,
  quantityFor,
  type AgentExchangeClient,
  type Decimal,
  type Order,
  type PlacedOrder,
  type SnapshotFigures,
} from "agentexchange";

/** What a run saw and did. */
export interface Run {
  /**
   * `bought`; `reconciled`: the answer to the order was lost, and the order found; `not_placed`: it was lost, and
   * no such order was found; `skipped`: nothing to buy, see `reason`.
   */
  readonly outcome: "bought" | "reconciled" | "not_placed" | "skipped";
  readonly reason?: string;
  readonly symbol?: string;
  readonly changePct?: Decimal;
  readonly quantity?: Decimal;
  readonly orderId?: string;
  readonly executedPrice?: Decimal | null;
  readonly fee?: Decimal | null;
  /** Milliseconds that the snapshot took. */
  readonly snapshotMs: number;
  /** Pairs without a price. */
  readonly missing: readonly string[];
}

/** Buys for `amount` USDT of the pair that fell most, or rose least. */
export async function buyTheDip(client: AgentExchangeClient, symbols: readonly string[], amount: string): Promise<Run> {
  const [{ entries, took }, pairs] = await Promise.all([client.marketSnapshot(symbols), client.getPairs()]);
  const seen = {
    snapshotMs: Math.round(took),
    missing: entries.flatMap(({ symbol, error }) => (error === null ? [] : [symbol])),
  };
  const [choice] = entries
    .filter((entry): entry is SnapshotFigures => entry.error === null)
    .toSorted((a, b) => a.ticker.changePct.cmp(b.ticker.changePct));
  if (choice === undefined) return { outcome: "skipped", reason: "no pair has a price", ...seen };

  const { symbol, price } = choice.price;
  const quantity = quantityFor(
    amount,
    price,
    pairs.find((pair) => pair.symbol === symbol),
  );
  const plan = { symbol, changePct: choice.ticker.changePct, quantity, ...seen };
  if (quantity.isZero())
    return { outcome: "skipped", reason: `${amount} USDT is less than one order must be`, ...plan };

  try {
    const order = await client.placeMarketOrder({ symbol, side: "buy", quantity });
    return { outcome: "bought", ...figuresOf(order), ...plan };
  } catch (error) {
    if (!(error instanceof OrderOutcomeUnknownError)) throw error;
    const order = await error.reconcile();
    return order === null
      ? { outcome: "not_placed", ...plan }
      : { outcome: "reconciled", ...figuresOf(order), ...plan };
  }
}

function figuresOf({
  orderId,
  executedPrice,
  fee,
}: Order | PlacedOrder): Pick<Run, "orderId" | "executedPrice" | "fee"> {
  return { orderId, executedPrice, fee };
}
