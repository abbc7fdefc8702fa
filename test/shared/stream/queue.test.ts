import { describe, expect, test } from "vitest";
import { StreamOverflowError } from "../../../src/errors/index.ts";
import { Queue, type Listener, type QueueOptions } from "../../../src/stream/queue.ts";
import { createHarness } from "./harness.ts";

interface Item {
  readonly key: string;
  readonly value: number;
}

/** A queue and its producer. */
function createQueue(options: QueueOptions = {}): {
  readonly queue: Queue<Item>;
  readonly put: (key: string, value: number) => void;
  readonly listener: () => Listener<Item> | undefined;
  readonly unsubscribed: () => number;
} {
  let listener: Listener<Item> | undefined;
  let unsubscribed = 0;
  const queue = new Queue<Item>(options, ({ key }) => key).start((own) => {
    listener = own;
    return () => void unsubscribed++;
  });
  return {
    queue,
    put: (key, value) => listener?.push({ key, value }),
    listener: () => listener,
    unsubscribed: () => unsubscribed,
  };
}

async function take(queue: Queue<Item>, count: number): Promise<readonly string[]> {
  const values: string[] = [];
  while (values.length < count) {
    const { value } = await queue.next();
    values.push(value === undefined ? "end" : `${value.key}${value.value}`);
  }
  return values;
}

describe("a queue", () => {
  test("of the latest keeps one value per key, in the order of first arrival", async () => {
    const { queue, put } = createQueue({ queue: "latest" });
    for (let value = 1; value <= 1000; value++) for (const key of ["a", "b", "c"]) put(key, value);
    expect(await take(queue, 3)).toEqual(["a1000", "b1000", "c1000"]);
    put("a", 1);
    expect(await take(queue, 1)).toEqual(["a1"]);
  });

  test("of all keeps values up to its limit, delivers them, and rejects", async () => {
    const { queue, put, unsubscribed } = createQueue({ limit: 3 });
    for (let value = 1; value <= 3; value++) put("a", value);
    expect(await take(queue, 2)).toEqual(["a1", "a2"]);
    put("a", 4);
    put("a", 5);
    expect(unsubscribed()).toBe(0);
    put("a", 6);
    put("a", 7);
    expect(unsubscribed()).toBe(1);
    expect(await take(queue, 3)).toEqual(["a3", "a4", "a5"]);
    await expect(queue.next()).rejects.toThrow(StreamOverflowError);
    expect(await queue.next()).toEqual({ done: true, value: undefined });
  });

  test("serves waiting consumers in order", async () => {
    const { queue, put, listener, unsubscribed } = createQueue();
    const waiting = Array.from({ length: 4 }, () => queue.next());
    put("a", 1);
    put("a", 2);
    listener()?.end({ reason: new Error("over") });
    const results = await Promise.allSettled(waiting);
    expect(results).toEqual([
      { status: "fulfilled", value: { done: false, value: { key: "a", value: 1 } } },
      { status: "fulfilled", value: { done: false, value: { key: "a", value: 2 } } },
      { status: "rejected", reason: new Error("over") },
      { status: "fulfilled", value: { done: true, value: undefined } },
    ]);
    expect(unsubscribed()).toBe(1);
  });

  test("unsubscribes once, however it ends", async () => {
    const { queue, put, unsubscribed, listener } = createQueue();
    put("a", 1);
    for await (const item of queue) {
      expect(item.value).toBe(1);
      break;
    }
    put("a", 2);
    listener()?.end();
    await queue.return();
    expect(unsubscribed()).toBe(1);
    expect(await take(queue, 2)).toEqual(["end", "end"]);
  });

  test("rejects with the reason of an abort immediately, dropping queued values", async () => {
    const controller = new AbortController();
    const { queue, put, unsubscribed } = createQueue({ signal: controller.signal });
    put("a", 1);
    controller.abort("enough");
    await expect(queue.next()).rejects.toBe("enough");
    expect(await take(queue, 1)).toEqual(["end"]);
    expect(unsubscribed()).toBe(1);
    const late = createQueue({ signal: controller.signal });
    expect(late.listener()).toBeUndefined();
    await expect(late.queue.next()).rejects.toBe("enough");
  });
});

describe("an iterator of a stream", () => {
  test("that is aborted before it starts opens no connection", async () => {
    const { stream, sockets, clock } = await createHarness();
    const reason = new Error("mine");
    await expect(stream.ticker("BTCUSDT", { signal: AbortSignal.abort(reason) }).next()).rejects.toBe(reason);
    expect([sockets.all.length, clock.pending, stream.state]).toEqual([0, 0, "idle"]);
  });

  test("that is aborted while it waits leaves no timers", async () => {
    const { stream, sockets, clock, seconds } = await createHarness();
    const controller = new AbortController();
    const next = stream.orders({ signal: controller.signal }).next();
    await seconds(1);
    const reason = new Error("mine");
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    await seconds(0);
    expect([sockets.open.length, clock.pending, stream.state]).toEqual([0, 0, "idle"]);
  });

  test("is done when the stream is closed", async () => {
    const { stream, clock, price, seconds } = await createHarness();
    const seen: string[] = [];
    const work = (async () => {
      for await (const { price: last } of stream.ticker("BTCUSDT")) seen.push(last.toString());
    })();
    await seconds(1);
    price("BTCUSDT", "101");
    await seconds(1);
    await stream.close();
    await stream.close();
    await work;
    await seconds(0);
    expect([seen, clock.pending]).toEqual([["101"], 0]);
  });

  test("keeps the newest tick of each pair by default, and every tick with queue: all", async () => {
    const { stream, price, seconds } = await createHarness();
    const latest = stream.ticker("all");
    const all = stream.ticker("all", { queue: "all", limit: 2 });
    await seconds(1);
    for (const value of ["101", "102", "103"]) {
      price("BTCUSDT", value);
      await seconds(1);
    }
    expect((await latest.next()).value?.price.toString()).toBe("103");
    expect((await all.next()).value?.price.toString()).toBe("101");
    expect((await all.next()).value?.price.toString()).toBe("102");
    await expect(all.next()).rejects.toMatchObject({ code: "STREAM_OVERFLOW" });
    await stream.close();
  });
});
