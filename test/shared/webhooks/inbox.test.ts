import { expect, it } from "vitest";
import { webhookInbox, type WebhookTestEvent } from "../../../src/webhooks/index.ts";

const event = (id: string): WebhookTestEvent => ({
  type: "webhook.test",
  id,
  signedAt: null,
  webhookId: "w",
  message: "m",
});

it("handles each event once within the window", async () => {
  let now = 0;
  const inbox = webhookInbox({ now: () => now });
  const seen: string[] = [];
  const deliver = (id: string): Promise<boolean> => inbox.once(event(id), (each) => seen.push(each.id));
  expect([await deliver("a"), await deliver("b"), await deliver("a")]).toEqual([true, true, false]);
  now = 599_999;
  expect(await deliver("a")).toBe(false);
  now = 600_000;
  expect(await deliver("a")).toBe(true);
  expect(seen).toEqual(["a", "b", "a"]);
});

it("lets deliveries that arrive meanwhile share the outcome", async () => {
  const inbox = webhookInbox({ window: 1000, now: () => 0 });
  let calls = 0;
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, () =>
      inbox.once(event("a"), async () => {
        await Promise.resolve();
        calls++;
      }),
    ),
  );
  expect(outcomes.filter(Boolean)).toHaveLength(1);
  expect(calls).toBe(1);
});

it("counts the window from the end of the handling, however long it took", async () => {
  let now = 0;
  const inbox = webhookInbox({ window: 1000, now: () => now });
  const handling = inbox.once(event("a"), () => {
    now = 5000;
  });
  expect(await handling).toBe(true);
  now = 5999;
  expect(await inbox.once(event("a"), () => {})).toBe(false);
});

it("handles an event again whose handler failed", async () => {
  const inbox = webhookInbox();
  const failure = new Error("the database is down");
  const fail = (): never => {
    throw failure;
  };
  const first = inbox.once(event("a"), fail);
  const second = inbox.once(event("a"), () => {});
  await expect(first).rejects.toBe(failure);
  await expect(second).rejects.toBe(failure);
  expect(await inbox.once(event("a"), () => {})).toBe(true);
});
