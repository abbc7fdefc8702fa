import { ALL_TICKERS, isTickerKey, tickerChannel, type Channel } from "./channel.ts";

/** More symbols than this share the channel of all symbols. */
const MAX_OWN_CHANNELS = 30;

/** The symbols that are listened to: by name, and all of them. */
export interface TickerSubscriptions {
  readonly symbols: readonly string[];
  readonly isAll: boolean;
}

/** The channels that these subscriptions need. */
export function tickerChannels({ symbols, isAll }: TickerSubscriptions): readonly Channel[] {
  return isAll || symbols.length > MAX_OWN_CHANNELS ? [ALL_TICKERS] : symbols.map(tickerChannel);
}

/** Whether a channel that is being replaced still delivers something until its replacements are acknowledged. */
export function isStillUseful(key: string, { symbols, isAll }: TickerSubscriptions): boolean {
  if (!isTickerKey(key)) return false;
  if (key === ALL_TICKERS.key) return isAll || symbols.length > 0;
  return isAll || symbols.some((symbol) => tickerChannel(symbol).key === key);
}
