import { getPortfolio, portfolioMessage, type PortfolioUpdate } from "../endpoints/index.ts";
import type { Decimal } from "../wire/index.ts";
import type { ChannelSource } from "./channelSource.ts";
import type { StreamContext } from "./context.ts";

/** Milliseconds that a timestamp may be ahead of the platform's clock, which is known only roughly. */
const MAX_AHEAD = 5000;
/** Milliseconds that an update may arrive late. */
const MAX_LATE = 30_000;

export function portfolioSource(context: StreamContext): ChannelSource<PortfolioUpdate> {
  let last: PortfolioUpdate | undefined;

  /** A timestamp in the future or far in the past is unreliable; then the order of arrival decides. */
  function isNewer({ timestamp }: PortfolioUpdate): boolean {
    if (last === undefined || timestamp > last.timestamp) return true;
    const newest = last.timestamp.getTime();
    return newest > context.serverTime.now() + MAX_AHEAD || timestamp.getTime() < newest - MAX_LATE;
  }

  return {
    message: portfolioMessage,
    async catchUp(deliver, signal) {
      const previous = last;
      const portfolio = await context.request(getPortfolio, {}, { signal });
      const { totalEquity, unrealizedPnl, realizedPnl, availableCash, timestamp } = portfolio;
      const update = { totalEquity, unrealizedPnl, realizedPnl, availableCash, timestamp, source: "poll" } as const;
      // A response to a request that was sent after the last update is newer, regardless of the timestamps.
      if (last !== previous && !isNewer(update)) return false;
      if (last !== undefined && isSame(last, update)) return false;
      deliver((last = update));
      return true;
    },
    accept(update) {
      if (!isNewer(update)) return [];
      return [(last = update)];
    },
    current: () => (last === undefined ? [] : [last]),
  };
}

function isSame(one: PortfolioUpdate, other: PortfolioUpdate): boolean {
  return (
    one.totalEquity.eq(other.totalEquity) &&
    one.unrealizedPnl.eq(other.unrealizedPnl) &&
    one.realizedPnl.eq(other.realizedPnl) &&
    isSameCash(one.availableCash, other.availableCash)
  );
}

function isSameCash(one: Decimal | null, other: Decimal | null): boolean {
  return one === null || other === null ? one === other : one.eq(other);
}
