import type { CandleInterval } from "../endpoints/index.ts";

/** Something that the platform can be asked to send. */
export interface Channel {
  /** What the platform calls it in acknowledgements, such as `ticker:BTCUSDT`. */
  readonly key: string;
  /** The fields that ask for it. The key itself is not accepted. */
  readonly request: Readonly<Record<string, string>>;
}

/** As many channels as the platform allows a connection. */
export const MOST_CHANNELS = 10;

export const ORDERS: Channel = { key: "orders", request: { channel: "orders" } };
export const PORTFOLIO: Channel = { key: "portfolio", request: { channel: "portfolio" } };
/** Every symbol's ticks. Asked for as the symbol "all", it would be acknowledged and silent. */
export const ALL_TICKERS: Channel = { key: "ticker:all", request: { channel: "ticker_all" } };

export function tickerChannel(symbol: string): Channel {
  return { key: `ticker:${symbol}`, request: { channel: "ticker", symbol } };
}

export function candlesChannel(symbol: string, interval: CandleInterval): Channel {
  return { key: `candles:${symbol}:${interval}`, request: { channel: "candles", symbol, interval } };
}

/** The messages that a client sends. */
export const subscribeText = ({ request }: Channel): string => JSON.stringify({ action: "subscribe", ...request });
export const unsubscribeText = ({ request }: Channel): string => JSON.stringify({ action: "unsubscribe", ...request });
/** `{"type":"pong"}`, as the documentation has it, would end the connection. */
export const PONG = '{"action":"pong"}';
