import { describe, expect, it } from "vitest";
import { manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { registerAccount } from "../../../src/exchange/engine/accounts/accounts.ts";
import { fixed8 } from "../../../src/exchange/base/amount.ts";
import { serializePayload } from "../../../src/exchange/engine/webhooks/outbox.ts";
import { updateWebhook, createWebhook } from "../../../src/exchange/engine/webhooks/subscriptions.ts";
import { createExchangeState } from "../../../src/exchange/engine/createState.ts";
import { quirksOf } from "../../../src/exchange/base/quirks.ts";
import { createDigests } from "../../../src/signing/index.ts";
import { START, trader, type AnswerTo, type Trader } from "./trader.ts";
import { HOOK, setup } from "./webhookReceiver.ts";

describe("signed bodies", () => {
  it.each([
    [
      {
        backtest_id: "7f0c2d1e-5a64-4b0e-9d43-2f6d1f0a9b11",
        status: "completed",
        roi_pct: "4.27",
        total_trades: 18,
        final_equity: "10427.31500000",
      },
      151,
      "7883cdceb6d16681ff3c429410e6b29b0a49823132c88a460dd5d6a5aef72765",
    ],
    [
      { strategy_id: "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", version: 2, status: "deployed" },
      91,
      "6ab45d10f1371b006e5a1f3782594302ec2e6b5794018c9925bb033c903beb1d",
    ],
    [
      {
        test_run_id: "5b7e1c90-2f33-4c39-8d0b-1f2e3d4c5b6a",
        strategy_id: "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33",
        status: "completed",
      },
      133,
      "153d27a60581fdfb318c995f4daffda635eed4b6fb442bb83ca8cd54ca0d0e37",
    ],
    [{ note: "naïve ✓" }, 29, "ecb8095a704407be7e855685c9257ecf956717a095eba89a7ef1c66d52481abe"],
  ])("%j", async (payload, bytes, signature) => {
    const body = serializePayload(payload);
    expect(body).toHaveLength(bytes);
    expect(await (await createDigests("T3st_secret-0123456789abcdefghijklmnopqrstu")).hmac(body)).toBe(signature);
  });

  it("escape what JSON escapes and all non-ASCII characters", () => {
    expect(serializePayload({ 'a"': "\n\u007f😀\\", b: null, c: true })).toBe(
      '{"a\\"": "\\n\\u007f\\ud83d\\ude00\\\\", "b": null, "c": true}',
    );
  });
});

describe("deliveries", () => {
  it("arrive once, signed, after the request is answered", async () => {
    const { clock, exchange, owner, received } = await setup();
    const { json } = await owner.send("POST", "/webhooks", { ...HOOK, events: ["strategy.deployed"] });
    await owner.send("PUT", `/webhooks/${json.id}`, { active: false });
    expect((await owner.send("POST", `/webhooks/${json.id}/test`)).json).toEqual({ enqueued: 1, webhook_id: json.id });
    expect(received).toEqual([]);
    await exchange.advance(120_000);
    const body = `{"event": "webhook.test", "webhook_id": "${json.id}", "message": "This is a test delivery."}`;
    const signature = await (await createDigests(json.secret)).hmac(body);
    const headers = {
      "Content-Type": "application/json",
      "X-Webhook-Event": "webhook.test",
      "X-Webhook-Signature": signature,
    };
    expect(received).toEqual([{ url: HOOK.url, headers, body, redirect: "manual", at: 0 }]);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({
      failure_count: 0,
      last_triggered_at: "2026-01-05T00:00:30Z",
    });
    expect(clock.pending).toBe(0);
  });

  it.each([
    ["status 500", 500],
    ["a redirect", 302],
    ["no connection", "unreachable"],
  ] as const)("are tried again after 10, 30 and 60 s: %s", async (_, answer) => {
    const { clock, exchange, owner, received, answers } = await setup();
    answers[0] = answer;
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await exchange.advance(99_999);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({ failure_count: 0, last_triggered_at: null });
    await exchange.advance(1);
    expect(received.map(({ at }) => at)).toEqual([0, 10, 40, 100]);
    expect(new Set(received.map(({ body, headers }) => body + headers["X-Webhook-Signature"])).size).toBe(1);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({
      failure_count: 1,
      last_triggered_at: "2026-01-05T00:02:10Z",
      active: true,
    });
    expect(clock.pending).toBe(0);
  });

  it("fail after 10 s of silence", async () => {
    const { exchange, owner, received, answers } = await setup();
    answers.splice(0, 1, "silent", 204);
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await exchange.advance(60_000);
    expect(received.map(({ at }) => at)).toEqual([0, 20]);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({
      failure_count: 0,
      last_triggered_at: "2026-01-05T00:00:50Z",
    });
  });

  it("that fail ten times in a row disable the subscription; re-enabling it restarts the count, unless observed", async () => {
    const { exchange, owner, answers } = await setup();
    answers[0] = 503;
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    const path = `/webhooks/${json.id}`;
    for (let event = 0; event < 10; event++) await owner.send("POST", `${path}/test`);
    await exchange.advance(100_000);
    expect((await owner.get(path)).json).toMatchObject({ failure_count: 10, active: false });
    expect((await owner.send("PUT", path, { active: true })).json).toMatchObject({ failure_count: 0, active: true });
    answers[0] = 200;
    await owner.send("POST", `${path}/test`);
    await exchange.advance(1_000);
    expect((await owner.get(path)).json).toMatchObject({ failure_count: 0, active: true });
  });

  it.each([
    ["declared", 0],
    ["observed", 9],
  ] as const)(
    "are counted from zero again when the subscription is re-enabled, unless observed: %s",
    (fidelity, count) => {
      const clock = virtualClock(START);
      const state = createExchangeState(clock, manualMarket().open(clock), quirksOf(fidelity), 1);
      const account = registerAccount(state, {
        displayName: "Kestrel",
        email: undefined,
        password: undefined,
        startingBalance: fixed8(1n),
      });
      const webhook = createWebhook(state, account, { ...HOOK, description: null });
      webhook.failureCount = 9;
      updateWebhook(state, webhook, { active: false });
      expect(webhook.failureCount).toBe(9);
      updateWebhook(state, webhook, { active: true });
      expect(webhook).toMatchObject({ active: true, failureCount: count });
    },
  );

  it.each(["declared", "observed"] as const)(
    "go to the account's active subscriptions for an event; to none when observed: %s",
    async (fidelity) => {
      const { exchange, owner, received } = await setup({ fidelity });
      const other = await trader(exchange);
      const path = (name: string): string => `https://hooks.example.com/${name}`;
      const subscribed = (
        by: Trader,
        name: string,
        events: readonly string[],
      ): Promise<AnswerTo<"POST", "/webhooks">> => by.send("POST", "/webhooks", { url: path(name), events });
      await subscribed(owner, "deployed", ["strategy.deployed", "backtest.completed", "strategy.deployed"]);
      await subscribed(owner, "backtests", ["backtest.completed"]);
      await subscribed(other, "others", ["strategy.deployed"]);
      const { json: paused } = await subscribed(owner, "paused", ["strategy.deployed"]);
      await owner.send("PUT", `/webhooks/${paused.id}`, { active: false });
      const definition = { pairs: ["BTCUSDT"], entry_conditions: { rsi_below: 30 } };
      const { json: strategy } = await owner.send("POST", "/strategies", { name: "Dip", definition });
      expect((await owner.send("POST", `/strategies/${strategy.strategy_id}/deploy`, { version: 1 })).status).toBe(200);
      await exchange.advance(0);
      const body = `{"strategy_id": "${strategy.strategy_id}", "version": 1, "status": "deployed"}`;
      expect(received.map((each) => [each.url, each.headers["X-Webhook-Event"], each.body])).toEqual(
        fidelity === "observed" ? [] : [[path("deployed"), "strategy.deployed", body]],
      );
    },
  );

  it("go to the address at the time of the event, and nowhere once the subscription is deleted", async () => {
    const { exchange, owner, received, answers } = await setup();
    answers[0] = 500;
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await owner.send("PUT", `/webhooks/${json.id}`, { url: "https://hooks.example.com/new" });
    await exchange.advance(15_000);
    expect(received.map(({ url }) => url)).toEqual([HOOK.url, HOOK.url]);
    await owner.send("DELETE", `/webhooks/${json.id}`);
    await exchange.advance(200_000);
    expect(received).toHaveLength(2);
  });

  it("leave no timers when the exchange closes", async () => {
    const { clock, exchange, owner, received, answers } = await setup();
    answers[0] = 500;
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await exchange.advance(0);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    exchange.close();
    expect(clock.pending).toBe(0);
    await clock.advance(200_000);
    expect(received).toHaveLength(1);
  });

  it("never happen when observed: the test crashes", async () => {
    const { exchange, owner, received } = await setup({ fidelity: "observed" });
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    const { status, json: answer } = await owner.send("POST", `/webhooks/${json.id}/test`);
    expect([status, answer.error.code]).toEqual([500, "INTERNAL_ERROR"]);
    await exchange.advance(200_000);
    expect(received).toEqual([]);
  });

  it("are the same bytes for the same seed", async () => {
    const run = async (): Promise<unknown> => {
      const { exchange, owner, received, answers } = await setup({ seed: 7, insecureKeys: true });
      answers[0] = 500;
      const { json } = await owner.send("POST", "/webhooks", HOOK);
      await owner.send("POST", `/webhooks/${json.id}/test`);
      await exchange.advance(200_000);
      return received;
    };
    expect(await run()).toEqual(await run());
  });
});
