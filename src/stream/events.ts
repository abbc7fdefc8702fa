/**
 * State of a stream:
 *
 * - `idle`: without subscriptions
 * - `connecting`: until the first connection is live
 * - `live`: every channel is acknowledged and up to date
 * - `stale`: a connection was lost, or is no longer trusted
 * - `recovering`: reconnected; missed updates are being backfilled
 * - `closed`: for good
 *
 * See the stream's `problem` for the reason why it is not live.
 */
export type StreamState = "idle" | "connecting" | "live" | "stale" | "recovering" | "closed";

/**
 * A period in which a channel received nothing. Missed updates are backfilled over REST; for ticks, that is the last one
 * of each pair. If pairs share the channel of all pairs, the gap is reported for that channel and for each pair that was
 * subscribed to by name.
 */
export interface Gap {
  /** The platform's name for it: `ticker:BTCUSDT`, `ticker:all`, `candles:BTCUSDT:1m`, `orders` or `portfolio`. */
  readonly channel: string;
  readonly from: Date;
  readonly to: Date;
}

/** Events of a stream, and what their listeners receive. */
export interface StreamEvents {
  readonly state: StreamState;
  readonly gap: Gap;
  /**
   * What went wrong: no connection ({@link ConnectionError}, reported at the first failure and again when the reason
   * changes or the stream was live in between), an unknown pair ({@link InvalidSymbolError}), a refused API key
   * ({@link AuthenticationError}), messages that cannot be read, and errors of handlers and REST requests.
   */
  readonly error: unknown;
}
