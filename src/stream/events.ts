/**
 * How a stream stands: `idle` without subscriptions, `connecting` until the first connection was live, `live`; `stale`
 * when a connection was lost or is no longer to be trusted, `recovering` while what was missed is made up for; `closed`
 * for good. Why it is not live is its `problem`.
 */
export type StreamState = "idle" | "connecting" | "live" | "stale" | "recovering" | "closed";

/**
 * A time in which a channel was deaf. What came then was made up for by REST; of ticks, the last one. Where ticks came
 * by the channel of all pairs, it is told for that one and for each pair that was subscribed to by its name.
 */
export interface Gap {
  /** In the platform's words: `ticker:BTCUSDT`, `ticker:all`, `candles:BTCUSDT:1m`, `orders`, `portfolio`. */
  readonly channel: string;
  readonly from: Date;
  readonly to: Date;
}

/** What a stream tells about itself. */
export interface StreamEvents {
  readonly state: StreamState;
  readonly gap: Gap;
  /**
   * What went wrong: no connection ({@link ConnectionError}, the first failure at once, then again when the reason
   * changes or after it was live), a pair that does not exist ({@link InvalidSymbolError}), a refused key
   * ({@link AuthenticationError}), messages that cannot be read, errors of handlers and of REST requests.
   */
  readonly error: unknown;
}
