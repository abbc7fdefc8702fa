// Seeded schedules of faults: lost answers, lost requests, crashes between two steps, concurrent repeats.
import { expect, test } from "vitest";
import { memoryRecords } from "../../../src/gateway/memoryStore.ts";
import { OrderDesk } from "../../../src/gateway/orderDesk.ts";
import type { KeyedOrder, OrderAnswer, OrderRecords } from "../../../src/gateway/index.ts";
import { drive } from "../../support/drive.ts";
import { lossyExchange, type OrderFate } from "../../support/lossyExchange.ts";
import { runtime } from "../../support/runtime.ts";
import { below, forEachSeed, pick } from "../../support/seeded.ts";

const SCHEDULES = runtime === "node" ? 300 : 60;

const FATES: readonly [OrderFate, ...OrderFate[]] = [
  "lost before",
  "lost after",
  "never answered",
  500,
  20_000,
  { answersAfter: 12_000 },
  { executesAfter: 3000 },
];

/** Records that outlive their desk. After a crash, the old desk can no longer change them. */
function crashableRecords(): { readonly open: () => OrderRecords; readonly crash: () => void } {
  const disk = memoryRecords();
  let life = 0;
  return {
    crash: () => void life++,
    open() {
      const own = life;
      return {
        ...disk,
        put: (record) => {
          if (own !== life) return new Promise(() => {});
          return disk.put(record);
        },
        delete: (id) => {
          if (own === life) disk.delete(id);
        },
      };
    },
  };
}

test(`${SCHEDULES} schedules: at most one order for a key, and one answer`, { timeout: 120_000 }, async () => {
  let [crashes, lost, placed] = [0, 0, 0];
  await forEachSeed(SCHEDULES, async (random) => {
    const lossy = await lossyExchange(pick(random, ["declared", "observed"]));
    const { clock, clientOptions, fates, sent } = lossy;
    const { open, crash } = crashableRecords();
    let desk = new OrderDesk(clientOptions, open());
    const answers = new Map<string, Set<string>>();
    const keys = ["a", "b", "c", "d"].slice(0, 1 + below(random, 4));
    // Two quantities, so that some orders look the same.
    const orders = new Map(keys.map((key) => [key, pick(random, ["0.01", "0.02"])]));
    const note = (key: string, { status, body, isFinal }: OrderAnswer): void => {
      if (isFinal) answers.set(key, (answers.get(key) ?? new Set()).add(`${status} ${body}`));
    };
    const repeat = (key: string): Promise<void> => {
      const quantity = orders.get(key) ?? "";
      const order: KeyedOrder = {
        caller: "trader",
        key,
        operation: "placeMarketOrder",
        input: { symbol: "BTCUSDT", side: "buy", quantity },
        agentId: null,
      };
      return desk.place(order).then((answer) => note(key, answer));
    };
    for (let step = 0; step < 12; step++) {
      const what = below(random, 10);
      if (what < 3) {
        fates.push(pick(random, FATES));
        lost++;
      } else if (what < 5) {
        crash();
        crashes++;
        desk = new OrderDesk(clientOptions, open());
      } else
        for (let count = below(random, 3); count >= 0; count--)
          repeat(keys[below(random, keys.length)] ?? "").catch(() => {});
      await clock.advance(pick(random, [0, 1, 100, 5000, 40_000]));
    }
    fates.length = 0;
    await clock.advance(60_000);
    for (const key of keys) await drive(clock, repeat(key));
    const count = (await lossy.orderIds()).length;
    placed += count;
    expect(sent.length).toBeLessThanOrEqual(keys.length);
    expect(count).toBeLessThanOrEqual(keys.length);
    for (const key of keys) expect([key, answers.get(key)?.size]).toEqual([key, 1]);
    // Those that were answered with an order have one of their own.
    const ids = [...answers.values()]
      .flatMap((one) => Array.from(one))
      .filter((answer) => answer.startsWith("201"))
      .map((answer) => (JSON.parse(answer.slice(4)) as { order_id: string }).order_id);
    expect(new Set(ids).size).toBe(ids.length);
  });
  // The schedules contain what they are about.
  expect(crashes).toBeGreaterThan(SCHEDULES);
  expect(lost).toBeGreaterThan(SCHEDULES);
  expect(placed).toBeGreaterThan(SCHEDULES / 2);
});
