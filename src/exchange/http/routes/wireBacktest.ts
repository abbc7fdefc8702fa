import type { BacktestPortfolio, BacktestStep, PlacedBacktestOrder } from "../../../endpoints/backtest/index.ts";
import type { Encodable } from "../../../wire/index.ts";
import { formatDecimal, type Decimal28 } from "../../base/amount.ts";
import { tradeOf, type SandboxPortfolio } from "../../engine/backtest/sandbox.ts";
import type { BacktestSession, SandboxOrder } from "../../engine/backtest/model.ts";
import { progressOf, type StepResult } from "../../engine/backtest/stepping.ts";
import { formatPrices } from "./format.ts";

export function wireStep(session: BacktestSession, stepped: StepResult): Encodable<BacktestStep> {
  return {
    virtualTime: new Date(session.time),
    step: session.step,
    totalSteps: session.totalSteps,
    remainingSteps: session.totalSteps - session.step,
    progressPct: formatDecimal(progressOf(session.step, session.totalSteps)),
    prices: formatPrices(stepped.prices),
    ordersFilled: stepped.fills.flatMap((order) => {
      const trade = tradeOf(session.sandbox, order);
      return trade === undefined
        ? []
        : [
            {
              orderId: order.id,
              status: order.status,
              executedPrice: formatDecimal(trade.price),
              executedQuantity: formatDecimal(order.quantity),
              fee: nonZero(trade.fee),
            },
          ];
    }),
    portfolio: wirePortfolio(stepped.portfolio),
    isComplete: stepped.isComplete,
  };
}

export function wirePortfolio(portfolio: SandboxPortfolio): Encodable<BacktestPortfolio> {
  return {
    totalEquity: formatDecimal(portfolio.equity),
    availableCash: formatDecimal(portfolio.cash),
    positionValue: formatDecimal(portfolio.positionValue),
    unrealizedPnl: formatDecimal(portfolio.unrealised),
    realizedPnl: formatDecimal(portfolio.realised),
    positions: portfolio.positions.map((position) => ({
      symbol: position.symbol,
      quantity: formatDecimal(position.quantity),
      avgEntryPrice: formatDecimal(position.averagePrice),
      currentPrice: formatDecimal(position.currentPrice),
      marketValue: formatDecimal(position.marketValue),
      unrealizedPnl: formatDecimal(position.unrealised),
    })),
  };
}

export function wirePlacedOrder({ sandbox }: BacktestSession, order: SandboxOrder): Encodable<PlacedBacktestOrder> {
  const { id, status, quantity } = order;
  const trade = tradeOf(sandbox, order);
  return {
    orderId: id,
    status,
    executedPrice: trade === undefined ? null : nonZero(trade.price),
    executedQuantity: trade === undefined ? null : formatDecimal(quantity),
    fee: trade === undefined ? null : nonZero(trade.fee),
    realizedPnl: trade?.realised === undefined ? null : nonZero(trade.realised),
  };
}

function nonZero(amount: Decimal28): string | null {
  return amount.units === 0n ? null : formatDecimal(amount);
}
