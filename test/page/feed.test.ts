// The stream carries the prices that are on screen, and no others.
import type { AgentExchangeStream } from "agentexchange";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followStream, priceOf, watchAllPrices } from "../../demo/src/feed.ts";
import { link, type Link } from "../../demo/src/state/connection.ts";

/** What the open subscriptions of the stream are for. */
const subscribed: string[] = [];
const opened = {
  state: "live",
  problem: undefined,
  on: () => {},
  onOrders: () => {},
  onTicker(symbols: string | readonly string[]) {
    const names = String(symbols);
    subscribed.push(names);
    return () => void subscribed.splice(subscribed.indexOf(names), 1);
  },
  close: () => Promise.resolve(),
} as unknown as AgentExchangeStream;
let stop = (): void => {};

beforeEach(() => {
  link.value = { hasAccount: true, client: { send: () => opened } } as unknown as Link;
  stop = followStream();
});
afterEach(() => {
  stop();
  link.value = null;
});

test("only pairs that are looked at are streamed, each once", async () => {
  expect(subscribed).toStrictEqual([]);
  const ends = [priceOf("ETHUSDT"), priceOf("BTCUSDT"), priceOf("BTCUSDT")].map((own) => own.subscribe(() => {}));
  await expect.poll(() => subscribed).toStrictEqual(["BTCUSDT,ETHUSDT"]);
  ends[0]?.();
  await expect.poll(() => subscribed).toStrictEqual(["BTCUSDT"]);
  for (const end of ends) end();
  await expect.poll(() => subscribed).toStrictEqual([]);
});

test("all pairs are streamed while a list of them is open", async () => {
  const end = priceOf("BTCUSDT").subscribe(() => {});
  const close = watchAllPrices();
  await expect.poll(() => subscribed).toStrictEqual(["all"]);
  close();
  await expect.poll(() => subscribed).toStrictEqual(["BTCUSDT"]);
  end();
  await expect.poll(() => subscribed).toStrictEqual([]);
});

test("a closed stream has no subscriptions left", async () => {
  const end = priceOf("BTCUSDT").subscribe(() => {});
  await expect.poll(() => subscribed).toStrictEqual(["BTCUSDT"]);
  stop();
  expect(subscribed).toStrictEqual([]);
  end();
});
