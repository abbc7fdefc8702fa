import { beforeEach, describe, expect, test } from "vitest";
import { virtualClock, type VirtualClock } from "../../../src/exchange/index.ts";
import { tickerChannel } from "../../../src/stream/channel.ts";
import { SubscribedChannel } from "../../../src/stream/subscribedChannel.ts";
import { SubscriptionRequests } from "../../../src/stream/subscriptionRequests.ts";

let clock: VirtualClock;
let requests: SubscriptionRequests;
/** The symbols of the requests that were sent. */
let sent: string[];

beforeEach(() => {
  clock = virtualClock("2026-03-05T14:00:00Z");
  sent = [];
  requests = new SubscriptionRequests(clock, ({ channel }) => void sent.push(channel.request["symbol"] ?? ""));
});

function request(...symbols: readonly string[]): readonly SubscribedChannel[] {
  const channels = symbols.map((symbol) => new SubscribedChannel(tickerChannel(symbol)));
  for (const channel of channels) requests.send(channel);
  return channels;
}

const acknowledge = (symbol: string): SubscribedChannel | undefined => {
  const channel = requests.acknowledge(tickerChannel(symbol).key);
  channel?.acknowledge();
  return channel;
};

describe("an acknowledgement", () => {
  test("returns its channel, once", () => {
    const [a, b] = request("A", "B");
    expect(acknowledge("A")).toBe(a);
    expect(acknowledge("A")).toBeUndefined();
    expect(acknowledge("B")).toBe(b);
    expect(acknowledge("C")).toBeUndefined();
    expect(sent).toEqual(["A", "B"]);
  });

  test("shows that replies to older requests got lost, which are sent again", () => {
    const [a] = request("A", "B", "C");
    a?.acknowledge(); // a probe of a channel that works
    expect(acknowledge("C")?.channel.key).toBe("ticker:C");
    expect(sent).toEqual(["A", "B", "C", "B"]);
  });
});

describe("a rejection", () => {
  test("without a request is attributed to none", () => {
    expect(requests.refuse()).toBeUndefined();
  });

  test("is attributed to the oldest request, which is sent again alone before it is final", () => {
    const [a] = request("A", "B", "C");
    expect(requests.refuse()).toEqual({ channel: a, isFinal: false });
    acknowledge("B");
    expect(sent).toEqual(["A", "B", "C"]);
    acknowledge("C");
    expect(sent).toEqual(["A", "B", "C", "A"]);
    expect(requests.refuse()).toEqual({ channel: a, isFinal: true });
    expect([sent.length, requests.waitingSince]).toEqual([4, undefined]);
  });

  test("that meant another channel ends no channel that works", () => {
    request("A", "B");
    requests.refuse(); // meant B; the reply to A got lost
    acknowledge("B");
    expect(sent).toEqual(["A", "B", "A"]);
    expect(acknowledge("A")?.refusals).toBe(0);
  });

  test("of several channels sends them again one at a time", () => {
    const [a, b] = request("A", "B");
    requests.refuse();
    requests.refuse();
    expect(sent).toEqual(["A", "B", "A"]);
    expect(requests.refuse()).toEqual({ channel: a, isFinal: true });
    expect(sent).toEqual(["A", "B", "A", "B"]);
    expect(requests.refuse()).toEqual({ channel: b, isFinal: true });
  });
});

describe("waitingSince", () => {
  test("is the time of the oldest request, and of the last reply while others wait", async () => {
    expect(requests.waitingSince).toBeUndefined();
    request("A");
    await clock.advance(1000);
    request("B");
    expect(requests.waitingSince).toBe(0);
    acknowledge("A");
    expect(requests.waitingSince).toBe(1000);
    acknowledge("B");
    expect(requests.waitingSince).toBeUndefined();
  });

  test("is undefined once all requests are withdrawn or forgotten", () => {
    const [a, b] = request("A", "B");
    if (a !== undefined) requests.withdraw(a);
    expect(requests.waitingSince).toBe(0);
    if (b !== undefined) requests.withdraw(b);
    expect(requests.waitingSince).toBeUndefined();
    request("C");
    requests.clear();
    expect(requests.waitingSince).toBeUndefined();
    expect(acknowledge("C")).toBeUndefined();
  });
});

describe("a withdrawn request", () => {
  test("is neither acknowledged nor sent again", () => {
    const [a] = request("A", "B");
    requests.refuse();
    if (a !== undefined) requests.withdraw(a);
    acknowledge("B");
    expect(sent).toEqual(["A", "B"]);
    expect(acknowledge("A")).toBeUndefined();
  });

  test("does not delay a rejected one", () => {
    const [, b] = request("A", "B");
    requests.refuse();
    if (b !== undefined) requests.withdraw(b);
    expect(sent).toEqual(["A", "B", "A"]);
  });
});

describe("an outage of a subscribed channel", () => {
  test("lasts from the interruption to now, by the clock that advanced more", async () => {
    const channel = new SubscribedChannel(tickerChannel("A"));
    const start = { now: clock.now(), elapsed: clock.elapsed() };
    channel.interrupt(start);
    expect(channel.outage(clock)).toBeUndefined(); // it never worked
    channel.acknowledge();
    channel.interrupt(start);
    await clock.advance(10_000);
    channel.interrupt({ now: clock.now(), elapsed: clock.elapsed() });
    const setBack = { ...clock, now: () => clock.now() - 3_600_000, elapsed: () => clock.elapsed() };
    for (const own of [clock, setBack]) {
      const outage = channel.outage(own);
      expect((outage?.to.getTime() ?? 0) - (outage?.from.getTime() ?? 0)).toBe(10_000);
    }
    channel.acknowledge();
    expect(channel.outage(clock)).toBeUndefined();
  });
});
