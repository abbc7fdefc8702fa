import type { CandleInterval } from "../endpoints/index.ts";

/** A channel of the platform's stream. */
export interface Channel {
  /** Its name in acknowledgements, such as `ticker:BTCUSDT`. */
  readonly key: string;
  /** The fields of a subscription request. The platform does not accept the key there. */
  readonly request: Readonly<Record<string, string>>;
}

/** The platform's limit of channels per connection. */
export const MAX_CHANNELS = 10;

export const ORDERS: Channel = { key: "orders", request: { channel: "orders" } };
export const PORTFOLIO: Channel = { key: "portfolio", request: { channel: "portfolio" } };
/** Ticks of all pairs. A request for the symbol "all" would be acknowledged and stay silent. */
export const ALL_TICKERS: Channel = { key: "ticker:all", request: { channel: "ticker_all" } };

export function tickerChannel(symbol: string): Channel {
  return { key: `ticker:${symbol}`, request: { channel: "ticker", symbol } };
}

/** Includes {@link ALL_TICKERS}. */
export const isTickerKey = (key: string): boolean => key.startsWith("ticker:");

export function candlesChannel(symbol: string, interval: CandleInterval): Channel {
  return { key: candlesKey(symbol, interval), request: { channel: "candles", symbol, interval } };
}

export const candlesKey = (symbol: string, interval: string): string => `candles:${symbol}:${interval}`;

export const subscribeMessage = ({ request }: Channel): string => JSON.stringify({ action: "subscribe", ...request });
export const unsubscribeMessage = ({ request }: Channel): string =>
  JSON.stringify({ action: "unsubscribe", ...request });
/** The documented `{"type":"pong"}` would make the platform close the connection. */
export const PONG = '{"action":"pong"}';
