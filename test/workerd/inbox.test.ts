// Webhooks in a Durable Object: each event once, whatever happens to the deliveries, the handler and the object.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import worker from "../../examples/workers/webhook-inbox.ts";
import { createDigests } from "../../src/signing/index.ts";
import { forEachSeed } from "../support/seeded.ts";
import { clock, effects, plans, SECRET, type TestInbox } from "./support/testInbox.ts";

// So far ahead that no alarm fires by itself.
const START = Date.parse("2100-03-05T14:00:00Z");
const URL_OF_INBOX = "https://bot.example/webhooks";

let logged: string[] = [];

beforeEach(() => {
  clock.now = START;
  effects.length = 0;
  plans.clear();
  logged = [];
  vi.spyOn(console, "error").mockImplementation((line: string) => logged.push(line));
});
afterEach(() => vi.restoreAllMocks());

let count = 0;
const open = (): DurableObjectStub<TestInbox> => env.TEST_INBOX.getByName(`inbox ${count++}`);
const bodyOf = (number: number): string => `{"strategy_id": "s", "version": ${number}, "status": "deployed"}`;
const idOf = async (number: number): Promise<string> => (await createDigests(SECRET)).sha256(bodyOf(number));

async function deliver(inbox: DurableObjectStub<TestInbox>, number: number, signature?: string): Promise<number> {
  const body = bodyOf(number);
  const headers = {
    "X-Webhook-Event": "strategy.deployed",
    "X-Webhook-Signature": signature ?? (await (await createDigests(SECRET)).hmac(body)),
  };
  const response = await inbox.fetch(URL_OF_INBOX, { method: "POST", headers, body });
  await response.body?.cancel();
  return response.status;
}

/** Runs the alarm, also where the handler resets the object. */
async function ring(inbox: DurableObjectStub<TestInbox>): Promise<void> {
  await runDurableObjectAlarm(inbox).catch((error: unknown) => {
    if (!String(error).includes("crash")) throw error;
  });
}

test("each event is handled once, however often it is delivered", async () => {
  const inbox = open();
  const statuses = await Promise.all(Array.from({ length: 20 }, (_, index) => deliver(inbox, index % 2)));
  expect(new Set(statuses)).toEqual(new Set([202]));
  await ring(inbox);
  await evictDurableObject(inbox);
  clock.now = START + 599_000;
  expect(await deliver(inbox, 0)).toBe(202);
  await ring(inbox);
  expect(effects.map(({ id }) => id).toSorted()).toEqual([await idOf(0), await idOf(1)].toSorted());
});

test("an equal event counts as another one ten minutes after the first was handled", async () => {
  const inbox = open();
  await deliver(inbox, 1);
  await ring(inbox);
  clock.now = START + 600_000;
  await deliver(inbox, 1);
  await ring(inbox);
  expect(effects).toHaveLength(2);
});

test.each([
  ["0".repeat(64), 401],
  ["", 401],
])("a delivery with the signature %j is answered with %i and not stored", async (signature, status) => {
  const inbox = open();
  expect(await deliver(inbox, 1, signature)).toBe(status);
  await ring(inbox);
  expect(effects).toEqual([]);
});

test("only POST is allowed, and a large body is refused", async () => {
  const inbox = open();
  expect((await inbox.fetch(URL_OF_INBOX)).status).toBe(405);
  expect((await inbox.fetch(URL_OF_INBOX, { method: "POST", body: "x".repeat(65_537) })).status).toBe(413);
});

describe("a handler that throws", () => {
  test("is called again later, also after an eviction", async () => {
    const inbox = open();
    plans.set(await idOf(1), { fail: 2 });
    await deliver(inbox, 1);
    await ring(inbox);
    await evictDurableObject(inbox);
    await ring(inbox); // too early
    clock.now = START + 10_000;
    await ring(inbox);
    expect(effects).toEqual([]);
    clock.now = START + 30_000;
    await ring(inbox);
    await ring(inbox);
    expect(effects).toHaveLength(1);
    expect(logged.map((line) => JSON.parse(line) as object)).toEqual(
      [1, 2].map((attempts) => ({
        event: "webhook",
        id: expect.any(String) as string,
        attempts,
        givenUp: false,
        error: "The database is down for [redacted].",
      })),
    );
  });

  test("does not hold up other events, and is given up after ten attempts", async () => {
    const inbox = open();
    plans.set(await idOf(1), { fail: 10 });
    await deliver(inbox, 1);
    await deliver(inbox, 2);
    for (let attempt = 0; attempt < 15; attempt++) {
      await ring(inbox);
      clock.now = (clock.now ?? 0) + 3_600_000;
    }
    expect(effects.map(({ id }) => id)).toEqual([await idOf(2)]);
    expect(logged).toHaveLength(10);
    const [given, ...others] = await inbox.unhandled();
    expect(others).toEqual([]);
    expect(given).toMatchObject({ type: "strategy.deployed", attempts: 10 });
    expect(JSON.parse(given?.body ?? "")).toEqual(JSON.parse(bodyOf(1)));
    expect(await inbox.retry(await idOf(2))).toBe(false);
    expect(await inbox.retry(await idOf(1))).toBe(true);
    await ring(inbox);
    expect(effects).toHaveLength(2);
    expect(await inbox.unhandled()).toEqual([]);
  });
});

test("an event that is delivered again after it was given up is handled again", async () => {
  const inbox = open();
  plans.set(await idOf(1), { fail: 10 });
  await deliver(inbox, 1);
  for (let attempt = 0; attempt < 10; attempt++) {
    await ring(inbox);
    clock.now = (clock.now ?? 0) + 3_600_000;
  }
  expect(await inbox.unhandled()).toHaveLength(1);
  await deliver(inbox, 1);
  await ring(inbox);
  expect(effects).toHaveLength(1);
  await deliver(inbox, 1);
  await ring(inbox);
  expect(effects).toHaveLength(1);
});

test("a crash before the event is marked as handled repeats the handler with the same id, and nothing else", async () => {
  const inbox = open();
  plans.set(await idOf(1), { crash: 1 });
  await deliver(inbox, 1);
  await ring(inbox);
  expect(effects).toHaveLength(1);
  const after = env.TEST_INBOX.get(inbox.id);
  clock.now = START + 10_000;
  await ring(after);
  await ring(after);
  expect(effects.map(({ id }) => id)).toEqual([await idOf(1), await idOf(1)]);
});

test("an object whose alarm was lost sets it again when it is next used", async () => {
  const inbox = open();
  await deliver(inbox, 1);
  await runInDurableObject(inbox, (_, context) => context.storage.deleteAlarm());
  await evictDurableObject(inbox);
  await inbox.unhandled();
  await ring(inbox);
  expect(effects).toHaveLength(1);
});

test(
  "30 seeded schedules of deliveries, failures, crashes and evictions: each event has its effect",
  { timeout: 60_000 },
  async () => {
    await forEachSeed(30, async (random) => {
      const pick = (max: number): number => Math.floor(random() * max);
      effects.length = 0;
      clock.now = START;
      const { id } = open();
      const inbox = (): DurableObjectStub<TestInbox> => env.TEST_INBOX.get(id);
      const delivered = new Set<string>();
      const crashes = new Map<string, number>();
      for (let step = 0; step < 12; step++) {
        const number = pick(4);
        const key = await idOf(number);
        const action = pick(6);
        if (action < 3) {
          delivered.add(key);
          if (!plans.has(key)) {
            crashes.set(key, pick(2));
            plans.set(key, { fail: pick(3), crash: crashes.get(key) ?? 0 });
          }
          await deliver(inbox(), number);
        } else if (action === 3) await ring(inbox());
        else if (action === 4) {
          await inbox().unhandled();
          await evictDurableObject(inbox());
        } else clock.now = (clock.now ?? 0) + pick(20_000);
      }
      for (let round = 0; round < 20; round++) {
        clock.now = (clock.now ?? 0) + 60_000;
        await ring(inbox());
      }
      // A crash ends the handling of all events that the object was busy with.
      const total = [...crashes.values()].reduce((sum, each) => sum + each, 0);
      for (const key of delivered) {
        const times = effects.filter((effect) => effect.id === key).length;
        expect(times).toBeGreaterThanOrEqual(1);
        expect(times).toBeLessThanOrEqual(1 + total);
      }
      plans.clear();
    });
  },
);

test("the documented Worker stores the result of a backtest", async () => {
  const body =
    '{"backtest_id": "7f0c2d1e", "status": "completed", "roi_pct": "4.27", "total_trades": 18, "final_equity": "10427.31500000"}';
  const headers = { "X-Webhook-Signature": await (await createDigests(SECRET)).hmac(body) };
  const request = (path: string): Request<unknown, IncomingRequestCfProperties> =>
    new Request(`https://bot.example${path}`, { method: "POST", headers, body });
  expect((await worker.fetch(request("/webhooks"), env)).status).toBe(202);
  expect((await worker.fetch(request("/"), env)).status).toBe(404);
  await runDurableObjectAlarm(env.INBOX.getByName("inbox"));
  expect(await env.RESULTS.get("7f0c2d1e")).toBe("4.27 % in 18 trades");
});
