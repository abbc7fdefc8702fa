import { getAllPrices, getRecentTrades, type PublicTrade } from "../endpoints/index.ts";
import { InvalidSymbolError } from "../errors/index.ts";
import type { Decimal } from "../wire/index.ts";
import type { StreamContext } from "./context.ts";
import type { TickFeed, TickFeeds } from "./tickFeeds.ts";

/** More symbols than this are not listed in a request; it asks for all instead. */
const MAX_NAMED = 30;
/** Requests for last trades that run at the same time. */
const CONCURRENCY = 8;

/** A feed and its price by REST. */
export interface RestPrice {
  readonly feed: TickFeed;
  readonly price: Decimal;
}

/** Asks REST for the prices of all feeds. */
export async function requestPrices(
  context: StreamContext,
  feeds: TickFeeds,
  signal: AbortSignal,
): Promise<readonly RestPrice[]> {
  const symbols = feeds.feeds().map(({ symbol }) => symbol);
  const query = feeds.isAll || symbols.length > MAX_NAMED ? {} : { symbols };
  const prices = await context.request(getAllPrices, query, { signal });
  return prices.flatMap(({ symbol, price }) => {
    const feed = feeds.feedFor(symbol);
    return feed === undefined ? [] : [{ feed, price }];
  });
}

/** The last known price of a feed. */
export function lastPrice({ last, restPrice }: TickFeed): Decimal | undefined {
  return last?.price ?? restPrice;
}

/** Asks REST for the last trades of these feeds and delivers those that are newer than the last tick. */
export async function deliverLastTrades(
  context: StreamContext,
  feeds: TickFeeds,
  behind: readonly TickFeed[],
  signal: AbortSignal,
): Promise<void> {
  const queue = behind.values();
  const work = async (): Promise<void> => {
    for (const feed of queue) {
      const trade = await requestLastTrade(context, feed.symbol, signal);
      if (trade !== undefined) deliverTrade(context, feeds, feed, trade);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENCY, behind.length) }, work));
}

function deliverTrade(context: StreamContext, feeds: TickFeeds, feed: TickFeed, trade: PublicTrade): void {
  const { price, quantity, isBuyerMaker, time } = trade;
  feed.restPrice = price;
  if (feed.last === undefined && time.getTime() < Math.floor(context.serverTime.at(feed.since))) return;
  // The last tick had an impossible timestamp, so REST decides what was last, even if that was delivered before.
  if (feed.last !== feed.newest) feed.newest = undefined;
  feeds.deliver(feed, { symbol: feed.symbol, price, quantity, timestamp: time, isBuyerMaker, source: "poll" });
}

/** Returns undefined if the pair has no trades or does not exist; the platform accepts subscriptions to any name. */
async function requestLastTrade(
  context: StreamContext,
  symbol: string,
  signal: AbortSignal,
): Promise<PublicTrade | undefined> {
  try {
    return (await context.request(getRecentTrades, { symbol, limit: 1 }, { signal }))[0];
  } catch (error) {
    if (error instanceof InvalidSymbolError) return undefined;
    throw error;
  }
}
