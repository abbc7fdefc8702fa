import type { Quirks } from "../base/quirks.ts";
import { isCandleInterval, CANDLE_INTERVALS, type CandleInterval } from "../time/units.ts";

/** What a connection has subscribed to. `key` is its name in acknowledgements; symbols are in upper case. */
export type Subscription =
  | { readonly channel: "ticker"; readonly key: string; readonly symbol: string }
  | CandleSubscription
  | { readonly channel: "ticker_all" | "orders" | "portfolio" | "battle"; readonly key: string };

export interface CandleSubscription {
  readonly channel: "candles";
  readonly key: string;
  readonly symbol: string;
  readonly interval: CandleInterval;
}

export type StreamErrorCode = "UNKNOWN_ACTION" | "INVALID_CHANNEL" | "SUBSCRIPTION_LIMIT" | "INVALID_MESSAGE";

/** A message that the session answers with an error. */
export class StreamRejection extends Error {
  override readonly name = "StreamRejection";
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The key of the all-pairs feed. */
export const ALL_TICKERS = "ticker:all";

// Much longer than any real name. Subscriptions are kept in memory, so their size must be bounded.
const MAX_NAME_LENGTH = 100;

const LISTED_CHANNELS = "ticker, ticker_all, candles, orders, portfolio";

type Message = Readonly<Record<string, unknown>>;

/** Reads the subscription that a message names; throws a {@link StreamRejection} if it is invalid. */
export function parseSubscription(message: Message, quirks: Quirks): Subscription {
  const { channel } = message;
  switch (channel) {
    case "ticker": {
      const symbol = readRequiredString(message, "symbol", channel).toUpperCase();
      if (symbol === "ALL" && !quirks.allSymbolUnsupported) return { channel: "ticker_all", key: ALL_TICKERS };
      return { channel, key: `ticker:${symbol}`, symbol };
    }
    case "ticker_all":
      return { channel, key: ALL_TICKERS };
    case "candles":
      return parseCandleSubscription(message);
    case "orders":
    case "portfolio":
      return { channel, key: channel };
    case "battle":
      if (!quirks.battlesOpenToAll) break;
      return { channel, key: `battle:${readRequiredString(message, "battle_id", channel)}` };
    default:
  }
  const name = typeof channel === "string" ? channel : "";
  const problem = name === "" ? "Missing 'channel' field." : `Unknown channel '${name}'.`;
  throw new StreamRejection("INVALID_CHANNEL", `${problem} Valid channels: ${LISTED_CHANNELS}.`);
}

function parseCandleSubscription(message: Message): CandleSubscription {
  const symbol = readString(message, "symbol").toUpperCase();
  const interval = readString(message, "interval");
  const missing = [
    ...(symbol === "" ? ["'symbol'"] : []),
    ...(interval === "" ? [`'interval' (one of: ${CANDLE_INTERVALS.join(", ")})`] : []),
  ];
  // For an unknown interval the platform's message lists no missing field.
  if (missing.length > 0 || !isCandleInterval(interval))
    throw new StreamRejection("INVALID_CHANNEL", `Channel 'candles' requires ${missing.join(" and ")}.`);
  return { channel: "candles", key: `candles:${symbol}:${interval}`, symbol, interval };
}

function readRequiredString(message: Message, field: string, channel: string): string {
  const text = readString(message, field);
  if (text === "")
    throw new StreamRejection("INVALID_CHANNEL", `Channel '${channel}' requires a non-empty '${field}' field.`);
  return text;
}

/** A trimmed string field; empty if it is absent. */
function readString(message: Message, field: string): string {
  if (!Object.hasOwn(message, field)) return "";
  const value = message[field];
  if (typeof value !== "string") throw new StreamRejection("INVALID_MESSAGE", `Field '${field}' must be a string.`);
  const text = value.trim();
  if (text.length <= MAX_NAME_LENGTH) return text;
  throw new StreamRejection("INVALID_MESSAGE", `Field '${field}' must have at most ${MAX_NAME_LENGTH} characters.`);
}
