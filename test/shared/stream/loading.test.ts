// The code of streams is loaded with the first stream. Nothing is lost meanwhile, and no simulated time passes.
import { expect, test } from "vitest";
import type { AgentExchangeStream } from "../../../src/stream/index.ts";
import { createHarness } from "./harness.ts";

/** What happens while the code is loading, before the first stream of this file has it. */
test("a stream that is opened just before the time is advanced misses nothing", async () => {
  const { client, stream, states, price, seconds } = await createHarness();
  const received: string[] = [];
  const off = stream.onTicker("BTCUSDT", (tick) => void received.push(tick.price.toString()));
  const unwanted = stream.onTicker("ETHUSDT", () => void received.push("ETHUSDT"));
  unwanted();
  expect([stream.state, stream.problem]).toEqual(["connecting", null]);
  const updates = stream.orders();
  const { orderId } = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "1" });
  await seconds(1);
  price("BTCUSDT", "101");
  price("ETHUSDT", "101");
  await seconds(1);
  expect(received.at(-1)).toBe("101");
  expect(received).not.toContain("ETHUSDT");
  expect(states.slice(0, 2)).toEqual(["connecting", "live"]);
  expect((await updates.next()).value).toMatchObject({ orderId, status: "filled" });
  off();
  await stream.close();
});

test("a stream that is closed at once ends its iterators, reports it, and never connects", async () => {
  const { client, sockets, seconds } = await createHarness();
  const stream: AgentExchangeStream = client.openStream();
  const states: string[] = [];
  stream.on("state", (state) => void states.push(state));
  const next = stream.ticker("BTCUSDT").next();
  await stream.close();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(() => stream.ticker("BTCUSDT")).toThrow("The stream has been closed.");
  await seconds(10);
  expect([stream.state, states, sockets.all.length]).toEqual(["closed", ["closed"], 0]);
  await client.close();
});
