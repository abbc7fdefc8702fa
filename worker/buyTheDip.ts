import {
  OrderOutcomeUnknownError,
  quantityFor,
  type AgentExchangeClient,
  type Decimal,
  type Order,
  type PlacedOrder,
  type SnapshotFigures,
} from "agentexchange";

/** The result of one run. */
export interface Run {
  /**
   * `bought`; `reconciled`: the response to the order was lost and the order was found; `not_placed`: the response was
   * lost and no such order exists; `skipped`: no order was sent, see `reason`.
   */
  readonly outcome: "bought" | "reconciled" | "not_placed" | "skipped";
  readonly reason?: string;
  readonly symbol?: string;
  readonly changePct?: Decimal;
  readonly quantity?: Decimal;
  readonly orderId?: string;
  readonly executedPrice?: Decimal | null;
  readonly fee?: Decimal | null;
  /** Duration of the snapshot in milliseconds. */
  readonly snapshotMs: number;
  /** Symbols without a price. */
  readonly missing: readonly string[];
}

/** Spends `amount` USDT on the symbol with the lowest 24-hour change. */
export async function buyTheDip(client: AgentExchangeClient, symbols: readonly string[], amount: string): Promise<Run> {
  const [{ entries, took }, pairs] = await Promise.all([client.marketSnapshot(symbols), client.getPairs()]);
  const observed = {
    snapshotMs: Math.round(took),
    missing: entries.flatMap(({ symbol, error }) => (error === null ? [] : [symbol])),
  };
  const [choice] = entries
    .filter((entry): entry is SnapshotFigures => entry.error === null)
    .toSorted((a, b) => a.ticker.changePct.cmp(b.ticker.changePct));
  if (choice === undefined) return { outcome: "skipped", reason: "no symbol has a price", ...observed };

  const { symbol, price } = choice.price;
  const quantity = quantityFor(
    amount,
    price,
    pairs.find((pair) => pair.symbol === symbol),
  );
  const plan = { symbol, changePct: choice.ticker.changePct, quantity, ...observed };
  if (quantity.isZero())
    return { outcome: "skipped", reason: `${amount} USDT is less than the minimum order`, ...plan };

  try {
    const order = await client.placeMarketOrder({ symbol, side: "buy", quantity });
    return { outcome: "bought", ...pickFigures(order), ...plan };
  } catch (error) {
    if (!(error instanceof OrderOutcomeUnknownError)) throw error;
    const order = await error.reconcile();
    return order === null
      ? { outcome: "not_placed", ...plan }
      : { outcome: "reconciled", ...pickFigures(order), ...plan };
  }
}

function pickFigures({
  orderId,
  executedPrice,
  fee,
}: Order | PlacedOrder): Pick<Run, "orderId" | "executedPrice" | "fee"> {
  return { orderId, executedPrice, fee };
}
