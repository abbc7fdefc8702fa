/**
 * How a stream stands: `idle` without subscriptions, `connecting` for the first time, `live`; `stale` when a connection
 * was lost or is no longer to be trusted, `recovering` while what was missed is made up for; `closed` for good.
 */
export type StreamState = "idle" | "connecting" | "live" | "stale" | "recovering" | "closed";

/** A time in which a channel was deaf. What came then was made up for by REST; of ticks, the last one. */
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
  /** What went wrong without ending anything: errors of handlers, of REST requests, of messages. */
  readonly error: unknown;
}
