import { getPortfolio, portfolioMessage, type PortfolioUpdate } from "../endpoints/index.ts";
import { call, type Transport } from "../transport/index.ts";
import type { Decimal } from "../wire/index.ts";
import type { Source } from "./polling.ts";

export function portfolioSource(transport: Transport): Source<PortfolioUpdate> {
  let last: PortfolioUpdate | undefined;

  function isNewer({ timestamp }: PortfolioUpdate): boolean {
    return last === undefined || timestamp > last.timestamp;
  }

  return {
    message: portfolioMessage,
    async catchUp(give, signal) {
      const portfolio = await call(transport, getPortfolio, {}, { signal });
      const { totalEquity, unrealizedPnl, realizedPnl, availableCash, timestamp } = portfolio;
      const update = { totalEquity, unrealizedPnl, realizedPnl, availableCash, timestamp, source: "poll" } as const;
      if (!isNewer(update) || (last !== undefined && isSame(last, update))) return false;
      give((last = update));
      return true;
    },
    accept(update) {
      if (!isNewer(update)) return [];
      return [(last = update)];
    },
    standing: () => (last === undefined ? [] : [last]),
  };
}

function isSame(one: PortfolioUpdate, other: PortfolioUpdate): boolean {
  return (
    one.totalEquity.eq(other.totalEquity) &&
    one.unrealizedPnl.eq(other.unrealizedPnl) &&
    one.realizedPnl.eq(other.realizedPnl) &&
    areSame(one.availableCash, other.availableCash)
  );
}

function areSame(one: Decimal | null, other: Decimal | null): boolean {
  return one === null || other === null ? one === other : one.eq(other);
}
