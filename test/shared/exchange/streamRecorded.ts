// The recorded conversations, and exchanges on which they can be replayed.
import {
  replayMarket,
  virtualClock,
  type Exchange,
  type Fidelity,
  type Market,
  type MarketSource,
  type ReplayTrade,
} from "../../../src/exchange/index.ts";
import { toDecimal28 } from "../../../src/exchange/base/amount.ts";
import type { Conversation, StreamEvent } from "../../fixtures/stream.ts";
import { createStreamExchange } from "./streamTalk.ts";

interface Tick {
  readonly symbol: string;
  readonly data: {
    readonly price: string;
    readonly quantity: string;
    readonly timestamp: string;
    readonly is_buyer_maker: boolean;
  };
}

/** The trades in a conversation. */
function tradesOf({ events }: Conversation): readonly ReplayTrade[] {
  return events.flatMap((event) => {
    if (!isTick(event)) return [];
    const { symbol, data } = JSON.parse(event.data) as Tick;
    const { price, quantity, timestamp, is_buyer_maker: isBuyerMaker } = data;
    return [{ symbol, price, quantity, time: timestamp, isBuyerMaker }];
  });
}

export function isTick(
  event: StreamEvent,
): event is StreamEvent & { readonly event: "receive"; readonly data: string } {
  return event.event === "receive" && event.data.includes('"data":');
}

/** What a client receives of an event of a conversation, by fidelity. */
export function seenOf(event: StreamEvent, { name }: Conversation, fidelity: Fidelity): readonly string[] {
  const seen = onPlatform(event);
  if (seen === undefined) return [];
  return (fidelity === "observed" ? undefined : MEANT[name]?.[seen]) ?? [seen];
}

function onPlatform(event: StreamEvent): string | undefined {
  if (event.event === "receive") return event.data;
  if (event.event === "close") return `close ${event.code} ${event.clean ? "clean" : "broken"}`;
  return event.event === "open" || event.event === "error" ? event.event : undefined;
}

/** A market that keeps the recorded notation of quantities, too. */
function asTheyCame(source: MarketSource, quantity: string): MarketSource {
  return {
    open(clock) {
      const market = source.open(clock);
      const trades: Market["trades"] = (...query) =>
        market.trades(...query).map((trade) => Object.assign({}, trade, { quantity: toDecimal28(quantity) }));
      return { ...market, trades };
    },
  };
}

const MALFORMED = (message: string): string => JSON.stringify({ type: "error", code: "INVALID_MESSAGE", message });

/** Differences of declared by conversation: a frame and its replacement. */
const MEANT: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  broken_json: { "close 1000 clean": [MALFORMED("A message must be a JSON object.")] },
  binary: { "close 1000 clean": [MALFORMED("Binary frames are not supported.")] },
  errors: {
    '{"type":"error","code":"UNKNOWN_ACTION","message":"Unknown action \'\'. Valid actions: subscribe, unsubscribe, pong."}':
      [],
    '{"type":"subscribed","channel":"ticker:ALL"}': ['{"type":"subscribed","channel":"ticker:all"}'],
  },
};

const KEYS: Readonly<Record<string, string>> = { no_key: "", bad_key: "ak_live_wrong" };
const MINUTE = 60_000;

/** An exchange in the state before a conversation, and the key of its client. */
export async function beforehand(
  conversation: Conversation,
  fidelity: Fidelity,
): Promise<{ readonly exchange: Exchange; readonly key: string }> {
  const trades = tradesOf(conversation);
  const start = Date.parse(String(trades[0]?.time ?? "2026-11-23T16:15:39Z")) - 200;
  const before = [{ symbol: "BTCUSDT", price: "61250.40", quantity: "1", time: start - MINUTE }];
  for (const { symbol, price } of trades)
    before.push({ symbol: symbol ?? "", price: String(price), quantity: "1", time: start - MINUTE });
  const market = asTheyCame(replayMarket([...before, ...trades]), "0.25");
  const exchange = createStreamExchange({ fidelity, market, clock: virtualClock(start) });
  const { apiKey } = await exchange.register();
  return { exchange, key: KEYS[conversation.name] ?? apiKey };
}
