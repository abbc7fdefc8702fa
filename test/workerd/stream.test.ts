// A stream in a Worker, opened by a fetch upgrade with the runtime's own sockets.
import { AgentExchangeClient, AuthenticationError } from "agentexchange";
import { createExchange, type Exchange } from "agentexchange/exchange";
import { expect, test } from "vitest";

/** A fetch like a service binding's, with upgrade support. */
function serviceFetch(exchange: Exchange): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    if (new Headers(init.headers).get("upgrade") !== "websocket") return exchange.fetch(url, init);
    const { 0: client, 1: server } = new WebSocketPair();
    const session = exchange.connect(url, {
      send: (text) => server.send(text),
      close: (code, reason) => server.close(code, reason),
      drop: () => server.close(1011),
      stall: () => {},
    });
    if (session === undefined) return new Response(null, { status: 403 });
    server.accept();
    server.addEventListener("message", ({ data }) => session.receive(String(data)));
    server.addEventListener("close", () => session.closed());
    return new Response(null, { status: 101, webSocket: client });
  };
}

test('the option WebSocket: "fetch" delivers ticks and orders', async () => {
  const exchange = createExchange();
  const { apiKey } = await exchange.register();
  const options = { ...exchange.connection, WebSocket: "fetch", fetch: serviceFetch(exchange) } as const;
  await using client = new AgentExchangeClient({ ...options, apiKey });
  const stream = client.openStream();
  const orders = stream.orders();
  await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  expect((await orders.next()).value).toMatchObject({ status: "filled", symbol: "BTCUSDT" });
  const { value: tick } = await stream.ticker("all").next();
  expect(tick?.source).toBe("stream");
  expect(stream.state).toBe("live");

  await using stranger = new AgentExchangeClient({ ...options, apiKey: "ak_live_stranger" });
  await expect(stranger.openStream().ticker("BTCUSDT").next()).rejects.toBeInstanceOf(AuthenticationError);
});
