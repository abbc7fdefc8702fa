import { baseOf } from "../../market/pairs.ts";
import { randomUuid } from "../../base/random.ts";
import { formatFixed8, type Decimal28, add8, subtract8, ZERO8 } from "../../base/amount.ts";
import type { Execution } from "./execution.ts";
import type { Agent, Order } from "../model.ts";
import { recordTrade } from "../history/history.ts";
import { bookFill } from "./positions.ts";
import type { ExchangeState } from "../state.ts";
import { holdingOf, QUOTE_ASSET } from "../wallet.ts";
import { DAY } from "../../time/units.ts";

/**
 * Completes a fill after the payment: credits the asset bought, updates the books, records the trade and returns the
 * filled order, which the caller records. `quantity` is the order's own, still unrounded for a market order.
 */
export function settle(
  state: ExchangeState,
  agent: Agent,
  order: Order,
  quantity: Decimal28,
  execution: Execution,
): Order {
  const { symbol, side } = order;
  const received = holdingOf(agent, side === "buy" ? baseOf(symbol) : QUOTE_ASSET);
  const amount = side === "buy" ? order.quantity : subtract8(execution.gross, execution.fee);
  received.available = add8(received.available, amount);
  const { costsFromAverages, reopenedPositionsAreOld } = state.quirks;
  const before = agent.positions.get(symbol)?.quantity ?? ZERO8;
  const sale = bookFill(agent, symbol, side, quantity, execution, state.now);
  const position = agent.positions.get(symbol);
  if (position !== undefined && before === 0n && !reopenedPositionsAreOld) position.openedAt = state.now;
  const realised = costsFromAverages ? sale?.byAverage : sale?.exact;
  if (sale !== undefined) {
    const day = Math.floor(state.now / DAY);
    if (agent.dayResult.day !== day) agent.dayResult = { day, realised: ZERO8 };
    agent.dayResult.realised = add8(agent.dayResult.realised, sale.byAverage);
    agent.realised = add8(agent.realised, realised ?? ZERO8);
  }
  const { price, fee, gross, slippage } = execution;
  const filled: Order = { ...order, status: "filled", fill: { price, slippage, fee, time: state.now } };
  const id = randomUuid(state.ids);
  const { id: orderId, quantity: traded } = order;
  recordTrade(agent.history, state.counters.trades++, {
    id,
    orderId,
    symbol,
    side,
    quantity: traded,
    price,
    fee,
    gross,
    realised,
    time: state.now,
  });
  state.journal.add({
    kind: "fill",
    time: state.now,
    tradeId: id,
    orderId,
    agentId: agent.id,
    symbol,
    side,
    quantity: formatFixed8(traded),
    price: formatFixed8(price),
    fee: formatFixed8(fee),
  });
  state.orderChanged?.(filled);
  return filled;
}
