import type { Quirks } from "../base/quirks.ts";

/** What a connection asked to be told of. */
export interface Subscription {
  readonly channel: Channel;
  /** Name in acknowledgements. */
  readonly key: string;
  /** Pair in upper case; empty where the channel is of none. */
  readonly symbol: string;
  /** Of candles; empty otherwise. */
  readonly interval: string;
}

export type Channel = "ticker" | "ticker_all" | "candles" | "orders" | "portfolio" | "battle";

/** A request that is answered with an error. */
export class StreamRejection extends Error {
  override readonly name = "StreamRefusal";
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type StreamErrorCode = "UNKNOWN_ACTION" | "INVALID_CHANNEL" | "SUBSCRIPTION_LIMIT" | "INVALID_MESSAGE";

/** The key of the all-pairs feed. */
export const ALL_TICKERS = "ticker:all";

/** Lengths of the intervals in milliseconds. */
export const STREAMED_INTERVALS: ReadonlyMap<string, number> = new Map([
  ["1m", 60_000],
  ["5m", 300_000],
  ["1h", 3_600_000],
  ["1d", 86_400_000],
]);

// Far longer than any name: what a connection asked for is kept.
const LONGEST_NAME = 100;

const SHOWN_CHANNELS = "ticker, ticker_all, candles, orders, portfolio";

/** Reads the channel of a request; fails with a {@link StreamRejection}. */
export function parseSubscription(message: Readonly<Record<string, unknown>>, quirks: Quirks): Subscription {
  const { channel } = message;
  switch (channel) {
    case "ticker": {
      const symbol = named(message, "symbol", channel).toUpperCase();
      if (symbol === "ALL" && !quirks.allSymbolIsDead) return tickerOfAll();
      return { channel, key: `ticker:${symbol}`, symbol, interval: "" };
    }
    case "ticker_all":
      return tickerOfAll();
    case "candles":
      return candlesOf(message);
    case "orders":
    case "portfolio":
      return { channel, key: channel, symbol: "", interval: "" };
    case "battle":
      if (!quirks.battlesOpenToAll) break;
      return { channel, key: `battle:${named(message, "battle_id", channel)}`, symbol: "", interval: "" };
    default:
  }
  const name = typeof channel === "string" ? channel : "";
  const problem = name === "" ? "Missing 'channel' field." : `Unknown channel '${name}'.`;
  throw new StreamRejection("INVALID_CHANNEL", `${problem} Valid channels: ${SHOWN_CHANNELS}.`);
}

function tickerOfAll(): Subscription {
  return { channel: "ticker_all", key: ALL_TICKERS, symbol: "", interval: "" };
}

function candlesOf(message: Readonly<Record<string, unknown>>): Subscription {
  const symbol = textOf(message, "symbol").toUpperCase();
  const interval = textOf(message, "interval");
  const missing = [
    ...(symbol === "" ? ["'symbol'"] : []),
    ...(interval === "" ? [`'interval' (one of: ${[...STREAMED_INTERVALS.keys()].join(", ")})`] : []),
  ];
  // For an interval that is not served, the platform says that nothing is missing.
  if (missing.length > 0 || !STREAMED_INTERVALS.has(interval))
    throw new StreamRejection("INVALID_CHANNEL", `Channel 'candles' requires ${missing.join(" and ")}.`);
  return { channel: "candles", key: `candles:${symbol}:${interval}`, symbol, interval };
}

function named(message: Readonly<Record<string, unknown>>, field: string, channel: string): string {
  const text = textOf(message, field);
  if (text === "")
    throw new StreamRejection("INVALID_CHANNEL", `Channel '${channel}' requires a non-empty '${field}' field.`);
  return text;
}

/** A field without the space around it; empty when it is absent. */
function textOf(message: Readonly<Record<string, unknown>>, field: string): string {
  if (!Object.hasOwn(message, field)) return "";
  const value = message[field];
  if (typeof value !== "string") throw new StreamRejection("INVALID_MESSAGE", `Field '${field}' must be a string.`);
  const text = value.trim();
  if (text.length <= LONGEST_NAME) return text;
  throw new StreamRejection("INVALID_MESSAGE", `Field '${field}' must have at most ${LONGEST_NAME} characters.`);
}
