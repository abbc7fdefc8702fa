import { baseOf } from "../../market/pairs.ts";
import { randomUuid } from "../../base/random.ts";
import { formatFixed8, type Decimal28, add8, subtract8, ZERO8 } from "../../base/amount.ts";
import type { Execution } from "./execution.ts";
import type { Order, Trade } from "../model.ts";
import { bookFill } from "./positions.ts";
import type { ExchangeState } from "../state.ts";
import { holdingOf, QUOTE_ASSET } from "../wallet.ts";
import { DAY } from "../../time/units.ts";

/**
 * Completes a fill after the payment: credits the asset bought, updates the books and writes the history. `quantity` is
 * the order's own, still unrounded for a market order.
 */
export function settle(state: ExchangeState, order: Order, quantity: Decimal28, execution: Execution): void {
  const { agent, account, symbol, side } = order;
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
  order.status = "filled";
  order.fill = { price: execution.price, slippage: execution.slippage, fee: execution.fee, time: state.now };
  const trade: Trade = {
    id: randomUuid(state.ids),
    order,
    price: execution.price,
    fee: execution.fee,
    gross: execution.gross,
    realised,
    time: state.now,
  };
  account.history.addFinished(order);
  account.history.addTrade(trade);
  state.journal.add({
    kind: "fill",
    time: state.now,
    tradeId: trade.id,
    orderId: order.id,
    agentId: agent.id,
    symbol,
    side,
    quantity: formatFixed8(order.quantity),
    price: formatFixed8(execution.price),
    fee: formatFixed8(execution.fee),
  });
  state.orderChanged?.(order);
}
