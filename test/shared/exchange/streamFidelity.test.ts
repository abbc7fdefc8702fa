// The stream's quirks in observed, and the intended behaviour in declared.
import { describe, expect, it } from "vitest";
import { manualMarket, type Exchange, type Fidelity } from "../../../src/exchange/index.ts";
import { createStreamExchange, connectStream, type StreamLog } from "./streamTalk.ts";

const MARKET = { BTCUSDT: { price: "61250.40", volume: "18000" } };
const TICK =
  '{"channel":"ticker","symbol":"BTCUSDT","data":{"price":"61251.1","quantity":"1","timestamp":"2026-01-05T00:00:30.000Z","is_buyer_maker":true}}';

/** An open connection to an exchange of the given fidelity. */
async function openConnection(
  fidelity: Fidelity,
): Promise<{ readonly exchange: Exchange; readonly client: StreamLog; trade: () => void }> {
  const exchange = createStreamExchange({ fidelity, market: manualMarket(MARKET) });
  const { apiKey } = await exchange.register();
  const client = connectStream(exchange, apiKey);
  await exchange.advance(0);
  expect(client.takeEvents()).toEqual(["open"]);
  return { exchange, client, trade: () => exchange.market.set("BTCUSDT", { price: "61251.1" }) };
}

async function answersTo(
  fidelity: Fidelity,
  ...messages: readonly (object | string | Uint8Array)[]
): Promise<readonly string[]> {
  const { exchange, client } = await openConnection(fidelity);
  for (const message of messages) {
    if (message instanceof Uint8Array) client.socket.send(message);
    else client.send(message);
  }
  await exchange.advance(0);
  return client.takeEvents();
}

const subscribe = (channel: string, fields: object = {}): object => ({ action: "subscribe", channel, ...fields });
const error = (code: string, message: string): string => JSON.stringify({ type: "error", code, message });

describe("the stream's fidelity", () => {
  it("a ticker of the symbol all receives nothing, or all pairs", async () => {
    for (const fidelity of ["observed", "declared"] as const) {
      const { exchange, client, trade } = await openConnection(fidelity);
      client.send(subscribe("ticker", { symbol: "all" }));
      await exchange.advance(0);
      trade();
      await exchange.advance(1000);
      expect(client.takeEvents()).toEqual(
        fidelity === "observed"
          ? ['{"type":"subscribed","channel":"ticker:ALL"}']
          : ['{"type":"subscribed","channel":"ticker:all"}', TICK],
      );
    }
  });

  it("candles, orders and portfolios are not sent, or sent", async () => {
    for (const fidelity of ["observed", "declared"] as const) {
      const { exchange, client, trade } = await openConnection(fidelity);
      client.send(subscribe("candles", { symbol: "BTCUSDT", interval: "1m" }));
      client.send(subscribe("orders"));
      client.send(subscribe("portfolio"));
      await exchange.advance(0);
      client.takeEvents();
      trade();
      await exchange.advance(5000);
      const channels = client.takeEvents().map((text) => (JSON.parse(text) as { readonly channel: string }).channel);
      expect(channels).toEqual(fidelity === "observed" ? [] : ["candles", "portfolio"]);
    }
  });

  it("a subscriber of a pair and of all pairs receives a trade twice, or once", async () => {
    for (const fidelity of ["observed", "declared"] as const) {
      const { exchange, client, trade } = await openConnection(fidelity);
      client.send(subscribe("ticker_all"));
      client.send(subscribe("ticker", { symbol: "BTCUSDT" }));
      await exchange.advance(0);
      client.takeEvents();
      trade();
      await exchange.advance(1000);
      expect(client.takeEvents()).toEqual(fidelity === "observed" ? [TICK, TICK] : [TICK]);
    }
  });

  it("a pong given by type is rejected, or accepted", async () => {
    for (const fidelity of ["observed", "declared"] as const) {
      const { exchange, client } = await openConnection(fidelity);
      await exchange.advance(30_000);
      client.send({ type: "pong" });
      await exchange.advance(29_999);
      expect(client.takeEvents()).toEqual(
        fidelity === "observed"
          ? [
              '{"type":"ping"}',
              error("UNKNOWN_ACTION", "Unknown action ''. Valid actions: subscribe, unsubscribe, pong."),
              "close 1000 clean",
            ]
          : ['{"type":"ping"}'],
      );
    }
  });

  it("malformed frames close the connection, or are answered with an error", async () => {
    const noObject = error("INVALID_MESSAGE", "A message must be a JSON object.");
    const noText = (field: string): string => error("INVALID_MESSAGE", `Field '${field}' must be a string.`);
    const frames: readonly (readonly [object | string | Uint8Array, string])[] = [
      ["{bad", noObject],
      ["", noObject],
      ["[]", noObject],
      ['"pong"', noObject],
      ["1", noObject],
      ["null", noObject],
      [new TextEncoder().encode('{"action":"pong"}'), error("INVALID_MESSAGE", "Binary frames are not supported.")],
      [subscribe("ticker", { symbol: 1 }), noText("symbol")],
      [subscribe("ticker", { symbol: null }), noText("symbol")],
      [subscribe("candles", { symbol: "A", interval: 1 }), noText("interval")],
      [{ action: "unsubscribe", channel: "candles", symbol: ["A"], interval: "1m" }, noText("symbol")],
    ];
    for (const [frame, text] of frames) {
      expect(await answersTo("observed", frame, subscribe("orders"))).toEqual(["close 1000 clean"]);
      expect(await answersTo("declared", frame, subscribe("orders"))).toEqual([
        text,
        '{"type":"subscribed","channel":"orders"}',
      ]);
    }
    expect(await answersTo("observed", subscribe("battle", { battle_id: 5 }))).toEqual(["close 1000 clean"]);
  });

  it("battles are open to all, or rejected", async () => {
    const battle = subscribe("battle", { battle_id: " ABC " });
    expect(await answersTo("observed", battle, subscribe("battle"))).toEqual([
      '{"type":"subscribed","channel":"battle:ABC"}',
      error("INVALID_CHANNEL", "Channel 'battle' requires a non-empty 'battle_id' field."),
    ]);
    const unknown = "Unknown channel 'battle'. Valid channels: ticker, ticker_all, candles, orders, portfolio.";
    expect(await answersTo("declared", battle, subscribe("battle", { battle_id: 5 }))).toEqual([
      error("INVALID_CHANNEL", unknown),
      error("INVALID_CHANNEL", unknown),
    ]);
  });
});
