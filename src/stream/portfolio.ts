import { getPortfolio, portfolioMessage, type PortfolioUpdate } from "../endpoints/index.ts";
import type { StreamContext } from "./context.ts";
import type { Decimal } from "../wire/index.ts";
import type { Source } from "./polling.ts";

/** Milliseconds that an update's time may lie ahead of the platform's clock, as it is known here. */
const AHEAD = 5000;
/** Milliseconds that an update may be late. */
const FAR_BEHIND = 30_000;

export function portfolioSource(context: StreamContext): Source<PortfolioUpdate> {
  let last: PortfolioUpdate | undefined;

  /** A time in the future, and one far behind, prove nothing: then what came later is newer. */
  function isNewer({ timestamp }: PortfolioUpdate): boolean {
    if (last === undefined || timestamp > last.timestamp) return true;
    const newest = last.timestamp.getTime();
    return newest > context.serverTime.now() + AHEAD || timestamp.getTime() < newest - FAR_BEHIND;
  }

  return {
    message: portfolioMessage,
    async catchUp(give, signal) {
      const before = last;
      const portfolio = await context.request(getPortfolio, {}, { signal });
      const { totalEquity, unrealizedPnl, realizedPnl, availableCash, timestamp } = portfolio;
      const update = { totalEquity, unrealizedPnl, realizedPnl, availableCash, timestamp, source: "poll" } as const;
      // What was asked for after the last update came is newer than it, whatever the clocks say.
      if ((last !== before && !isNewer(update)) || (last !== undefined && isSame(last, update))) return false;
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
