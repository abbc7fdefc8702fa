// What the embedded exchange delivers, in both forms of signatures, is what verifyWebhook accepts.
import { describe, expect, it } from "vitest";
import { createExchange, manualMarket } from "../../../src/exchange/index.ts";
import { verifyWebhook, WebhookError } from "../../../src/webhooks/index.ts";
import { memoryStore } from "../../support/memoryStore.ts";
import { HOOK, setup, type Received } from "../exchange/webhookReceiver.ts";

const requestOf = ({ url, headers, body }: Received): Request => new Request(url, { method: "POST", headers, body });

describe.each(["platform", "standard"] as const)("signed in the form %s", (webhookSignatures) => {
  it("verify, each attempt at its time", async () => {
    const { exchange, clock, owner, received, answers } = await setup({ webhookSignatures });
    answers.splice(0, 1, 500, 500, 200);
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    expect(json.secret).toMatch(webhookSignatures === "standard" ? /^whsec_[A-Za-z0-9+/]{43}=$/ : /^[\w-]{43}$/);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    const start = clock.now();
    await exchange.advance(60_000);
    expect(received).toHaveLength(4);
    const events = await Promise.all(
      received.map((each) => verifyWebhook(requestOf(each), json.secret, { now: start + each.at * 1000 })),
    );
    expect(events[0]).toMatchObject({ type: "webhook.test", webhookId: json.id });
    // Equal events can be told apart only by an id.
    expect(new Set(events.map(({ id }) => id)).size).toBe(webhookSignatures === "standard" ? 2 : 1);
    for (const each of received) {
      const request = verifyWebhook(requestOf({ ...each, body: `${each.body} ` }), json.secret, { now: start });
      await expect(request).rejects.toBeInstanceOf(WebhookError);
    }
  });
});

it("an id of Standard Webhooks stays in every attempt and after a restart, and never returns", async () => {
  const ids = async (store = memoryStore(), restart = false): Promise<(string | undefined)[]> => {
    const { exchange, clock, owner, received, answers } = await setup({ webhookSignatures: "standard", store });
    answers[0] = 500;
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await exchange.advance(5000);
    if (restart) {
      exchange.close();
      const again = createExchange({
        store,
        clock,
        market: manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } }),
        webhookSignatures: "standard",
        webhookFetch: async (url, { headers }) => {
          received.push({ ...(received[0] as Received), url, headers: headers as Record<string, string> });
          return new Response();
        },
      });
      await again.advance(60_000);
    } else await exchange.advance(60_000);
    return received.map(({ headers }) => headers["webhook-id"]);
  };
  const [first, second] = [await ids(), await ids(memoryStore(), true)];
  expect(first.length).toBeGreaterThan(2);
  expect(second.length).toBeGreaterThan(1);
  expect([new Set(first).size, new Set(second).size]).toEqual([1, 1]);
  expect(first[0]).not.toBe(second[0]);
});
