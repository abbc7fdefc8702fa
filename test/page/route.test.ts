// What addresses mean, whatever somebody writes into them.
import { expect, test } from "vitest";
import { stream } from "../../demo/src/feed.ts";
import { parseRoute } from "../../demo/src/route.ts";
import { failures } from "../../demo/src/state/calls.ts";
import { followCandles } from "../../demo/src/state/candles.ts";
import { withoutPage } from "./pageState.ts";

withoutPage();

test.for([
  ["#/__proto__", "board", "BTCUSDT"],
  ["#/constructor/ETHUSDT", "board", "ETHUSDT"],
  ["#/market/ethusdt", "desk", "ETHUSDT"],
  ["#/desk/BTC-USDT", "desk", "BTCUSDT"],
  ["#/desk/BTC%2FUSDT", "desk", "BTCUSDT"],
  ["#/desk/eth/usdt?x=1", "desk", "ETHUSDT"],
  ["#/desk/<script>", "desk", "SCRIPT"],
  ["#/desk/💩", "desk", "BTCUSDT"],
  [`#/desk/${"A".repeat(5000)}`, "desk", "A".repeat(30)],
] as const)("%s", ([hash, view, symbol]) => {
  expect(parseRoute(hash)).toEqual({ view, symbol, step: 1 });
});

test("a pair that the stream refuses does not end the view", () => {
  stream.value = {
    onCandles() {
      throw new Error("No such pair.");
    },
  } as unknown as typeof stream.value;
  const stop = followCandles();
  stop();
  stream.value = null;
  expect(failures.value[0]?.message).toBe("No such pair.");
});
