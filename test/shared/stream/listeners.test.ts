// Listeners may subscribe, unsubscribe, close and throw at any time.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { throwingSocket } from "../../support/sockets.ts";
import { createHarness, type Harness } from "./harness.ts";

/** No socket and no timer of the stream is left. */
function expectCleanedUp({ sockets, clock }: Harness): void {
  expect(sockets.open).toEqual([]);
  expect(clock.pending).toBe(0);
}

describe("a listener", () => {
  test("that unsubscribes while another one does leaves no connection open", async () => {
    const harness = await createHarness({ latency: 50 });
    const { stream, sockets, seconds } = harness;
    let leave = (): void => {};
    stream.on("state", (state) => {
      if (state === "live") leave();
    });
    leave = stream.onOrders(() => {});
    await seconds(0.12);
    const other = stream.onTicker("ETHUSDT", () => {});
    while (sockets.all[0]?.received.length === 0) await seconds(0.001);
    other();
    await seconds(300);
    expect(stream.state).toBe("idle");
    expectCleanedUp(harness);
  });

  test("that closes the stream while it recovers leaves no timer", async () => {
    const harness = await createHarness();
    const { stream, sockets, seconds } = harness;
    stream.onTicker("BTCUSDT", () => {});
    stream.on("state", (state) => (state === "recovering" ? stream.close() : undefined));
    await seconds(2);
    sockets.all[0]?.end(1006);
    await seconds(2);
    expect(stream.state).toBe("closed");
    expectCleanedUp(harness);
  });

  test("that closes the stream at its first error stops all attempts", async () => {
    const harness = await createHarness({}, { WebSocket: throwingSocket(() => new TypeError("no sockets here")) });
    const { stream, seconds, errors } = harness;
    stream.on("error", () => stream.close());
    stream.onTicker("BTCUSDT", () => {});
    await seconds(200);
    expect([stream.state, errors.length]).toEqual(["closed", 1]);
    expectCleanedUp(harness);
  });

  test("that rejects is reported as an error, unless it listens to errors", async () => {
    const { stream, seconds, errors } = await createHarness();
    const problem = new Error("of the listener");
    stream.on("state", () => Promise.reject(problem));
    stream.on("error", () => Promise.reject(new Error("of the listener for errors")));
    stream.onTicker("BTCUSDT", () => {});
    await seconds(1);
    expect(errors).toEqual([problem, problem]); // connecting, live
    await stream.close();
  });

  test("may return anything", async () => {
    const { stream, seconds, price, errors } = await createHarness();
    const taken: string[] = [];
    const push: (tick: { readonly symbol: string }) => unknown = ({ symbol }) => taken.push(symbol);
    stream.onTicker("BTCUSDT", push as () => void);
    await seconds(1);
    price("BTCUSDT", "101");
    await seconds(2);
    expect([taken, errors]).toEqual([["BTCUSDT"], []]);
    await stream.close();
  });

  test("that leaves before the acknowledgement does not make the stream live", async () => {
    const harness = await createHarness({ latency: 500 });
    const off = harness.stream.onTicker("BTCUSDT", () => {});
    await harness.seconds(1.5);
    expect(harness.sockets.all[0]?.sent).toHaveLength(1);
    off();
    await harness.seconds(2);
    expect(harness.states).toEqual(["connecting", "idle"]);
    expectCleanedUp(harness);
  });
});

describe("a backfill", () => {
  test("runs once per channel, however often it is lost, and ends with the channel", async () => {
    const { exchange, apiKey, sockets, clock, seconds, client: first } = await createHarness();
    await first.close();
    let failing = false;
    let requests = 0;
    const client = new AgentExchangeClient({
      ...exchange.connection,
      WebSocket: sockets.WebSocket,
      apiKey,
      retry: false,
      async fetch(url, init) {
        if (!failing) return exchange.fetch(url, init);
        if (url.includes("/trades/")) requests++;
        return Response.json({ error: { code: "INTERNAL_ERROR", message: "no" } }, { status: 500 });
      },
    });
    const stream = client.openStream();
    const off = stream.onTicker("BTCUSDT", () => {});
    await seconds(2);
    failing = true;
    for (let losses = 0; losses < 20; losses++) {
      sockets.open[0]?.end(1006);
      await seconds(70);
    }
    requests = 0;
    await seconds(60);
    expect(requests).toBeGreaterThan(0);
    expect(requests).toBeLessThanOrEqual(3);
    off();
    await seconds(0);
    expect([sockets.open.length, clock.pending]).toEqual([0, 0]);
    await client.close();
  });

  test("does not wait for the trades of a pair that does not exist", async () => {
    const { stream, sockets, seconds, errors } = await createHarness();
    stream.onTicker(["BTCUSDT", "NOSUCHUSDT"], () => {});
    await seconds(1);
    sockets.open[0]?.end(1006);
    await seconds(10);
    expect([stream.state, errors.map(String)]).toEqual(["live", [expect.stringContaining("NOSUCHUSDT")]]);
    await stream.close();
  });
});

test("a closed stream does not listen to a signal", async () => {
  const { stream } = await createHarness();
  await stream.close();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  signal.addEventListener = (...parameters: Parameters<typeof add>): void => {
    listeners++;
    add(...parameters);
  };
  expect(() => stream.ticker("BTCUSDT", { signal })).toThrow(/closed/);
  expect(listeners).toBe(0);
});
