// The recorded conversations, word by word, at the recorded times.
import { amountOf } from "../../../src/exchange/engine/amount.ts";
import { describe, expect, it } from "vitest";
import {
  replayMarket,
  virtualClock,
  type Fidelity,
  type Market,
  type MarketSource,
  type ReplayTrade,
} from "../../../src/exchange/index.ts";
import { conversations, type Conversation, type StreamEvent } from "../../fixtures/stream.ts";
import { streaming, talk } from "./streamTalk.ts";

interface Tick {
  readonly symbol: string;
  readonly data: {
    readonly price: string;
    readonly quantity: string;
    readonly timestamp: string;
    readonly is_buyer_maker: boolean;
  };
}

/** Trades that a conversation tells of. */
function tradesOf({ events }: Conversation): readonly ReplayTrade[] {
  return events.flatMap((event) => {
    if (!isTick(event)) return [];
    const { symbol, data } = JSON.parse(event.data) as Tick;
    const { price, quantity, timestamp, is_buyer_maker: isBuyerMaker } = data;
    return [{ symbol, price, quantity, time: timestamp, isBuyerMaker }];
  });
}

function isTick(event: StreamEvent): event is StreamEvent & { readonly event: "receive"; readonly data: string } {
  return event.event === "receive" && event.data.includes('"data":');
}

/** What a client sees of a conversation: the platform's frames and the end. */
function recorded({ events }: Conversation): readonly string[] {
  return events.flatMap((event) => {
    if (event.event === "receive") return [event.data];
    if (event.event === "close") return [`close ${event.code} ${event.clean ? "clean" : "broken"}`];
    return event.event === "open" || event.event === "error" ? [event.event] : [];
  });
}

/** A market that tells quantities as they came, too. */
function asTheyCame(source: MarketSource, quantity: string): MarketSource {
  return {
    open(clock) {
      const market = source.open(clock);
      const trades: Market["trades"] = (symbol, limit, now) =>
        market.trades(symbol, limit, now).map((trade) => Object.assign({}, trade, { quantity: amountOf(quantity) }));
      return { ...market, trades };
    },
  };
}

const MALFORMED = (message: string): string => JSON.stringify({ type: "error", code: "INVALID_MESSAGE", message });

/** What is different when declared, by the conversation: a frame and what comes instead of it. */
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

/** Does what the client did, when it did it; trades come when the exchange releases them. */
async function repeated(conversation: Conversation, fidelity: Fidelity): Promise<readonly string[]> {
  const trades = tradesOf(conversation);
  const start = Date.parse(String(trades[0]?.time ?? "2026-11-23T16:15:39Z")) - 200;
  const before = [{ symbol: "BTCUSDT", price: "61250.40", quantity: "1", time: start - MINUTE }];
  for (const { symbol, price } of trades)
    before.push({ symbol: symbol ?? "", price: String(price), quantity: "1", time: start - MINUTE });
  const exchange = streaming({
    fidelity,
    market: asTheyCame(replayMarket([...before, ...trades]), "0.25"),
    clock: virtualClock(start),
  });
  const { apiKey } = await exchange.register();
  const client = talk(exchange, KEYS[conversation.name] ?? apiKey);
  const seen: string[] = [];
  const pass = async (ms: number): Promise<void> => {
    await exchange.advance(ms);
    seen.push(...client.seen());
  };
  let now = 0;
  for (const event of conversation.events) {
    for (; isTick(event) && !seen.includes(event.data) && now < MINUTE; now += 100) await pass(100);
    await pass(Math.max(0, event.t_ms - now));
    now = Math.max(now, event.t_ms);
    if (event.event === "send") client.send(event.data);
    if (event.event === "send_binary") client.socket.send(new TextEncoder().encode('{"action":"pong"}'));
    if (event.event === "close" && event.code === 1005) client.socket.close();
    await pass(0);
  }
  return seen;
}

describe.each(conversations)("the conversation $name", (conversation) => {
  it("goes as on the platform when observed", async () => {
    expect(await repeated(conversation, "observed")).toEqual(recorded(conversation));
  });

  it("goes as it was meant when declared", async () => {
    const meant = MEANT[conversation.name] ?? {};
    expect(await repeated(conversation, "declared")).toEqual(
      recorded(conversation).flatMap((frame) => meant[frame] ?? [frame]),
    );
  });
});
