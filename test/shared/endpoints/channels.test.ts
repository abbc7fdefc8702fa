import { describe, expect, it } from "vitest";
import { candleMessage, orderMessage, portfolioMessage, tickMessage } from "../../../src/endpoints/index.ts";
import { DecodeError, type Codec } from "../../../src/wire/index.ts";

const messages: readonly (readonly [name: string, codec: Codec<unknown>, wire: object, values: object])[] = [
  [
    "ticker",
    tickMessage,
    {
      channel: "ticker",
      symbol: "SHIBUSDT",
      data: { price: "0.00000013", quantity: "0.25", timestamp: "2026-11-23T16:15:41.488Z", is_buyer_maker: false },
    },
    { symbol: "SHIBUSDT", isBuyerMaker: false, timestamp: new Date("2026-11-23T16:15:41.488Z"), source: "stream" },
  ],
  [
    "candles",
    candleMessage,
    {
      channel: "candles",
      symbol: "BTCUSDT",
      interval: "1m",
      data: {
        time: "2026-05-01T10:20:00.000Z",
        open: "64500",
        high: "64550.5",
        low: "64490",
        close: "64521.3",
        volume: "12.345",
        is_closed: false,
      },
    },
    { symbol: "BTCUSDT", interval: "1m", isClosed: false, time: new Date("2026-05-01T10:20:00Z"), source: "stream" },
  ],
  [
    "orders",
    orderMessage,
    {
      channel: "orders",
      data: {
        order_id: "660e8400-e29b-41d4-a716-446655440001",
        status: "filled",
        symbol: "BTCUSDT",
        side: "buy",
        type: "market",
        quantity: "0.5",
        executed_price: "64521.3",
        executed_quantity: "0.5",
        fee: "32.26065",
        filled_at: "2026-05-01T10:20:30.456Z",
      },
    },
    { status: "filled", price: null, cancelledAt: null, rejectedReason: null, source: "stream" },
  ],
  [
    "portfolio",
    portfolioMessage,
    {
      channel: "portfolio",
      data: {
        total_equity: "12458.3",
        unrealized_pnl: "660.65",
        realized_pnl: "1241.3",
        timestamp: "2026-05-01T10:20:30.000Z",
        available_cash: "5000",
      },
    },
    { timestamp: new Date("2026-05-01T10:20:30Z"), source: "stream" },
  ],
];

describe.each(messages)("messages of %s", (_name, codec, wire, values) => {
  it("survive decoding and encoding", () => {
    const update = codec.decode(wire);
    expect(update).toMatchObject(values);
    expect(codec.encode(update as never)).toEqual(wire);
  });

  it("are rejected with the path of the invalid field", () => {
    const { data } = wire as { readonly data: Readonly<Record<string, unknown>> };
    for (const field of Object.keys(data)) {
      let problem: unknown;
      try {
        codec.decode({ ...wire, data: { ...data, [field]: [] } });
      } catch (error) {
        problem = error;
      }
      expect(problem).toBeInstanceOf(DecodeError);
      expect((problem as DecodeError).path).toEqual(["data", field]);
    }
    expect(() => codec.decode({ ...wire, data: null })).toThrow(DecodeError);
  });
});
