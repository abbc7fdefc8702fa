import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import { createExchange, manualMarket, virtualClock, type Exchange, type ExchangeOptions, type VirtualClock } from "../../../src/exchange/index.ts";
import { bodyText } from "../../../src/exchange/engine/events.ts";
import { isInternal, urlProblem } from "../../../src/exchange/engine/webhookUrl.ts";
import { createDigests } from "../../../src/signing/index.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { deviations } from "./comparison.ts";
import { send, START, trader, type Trader } from "./trader.ts";

interface Received {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: string | undefined;
  /** Seconds since the start. */
  readonly at: number;
}

interface Setup {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly owner: Trader;
  readonly received: Received[];
  /** What the receiver answers next; the last one counts for all that follow. */
  readonly answers: (number | "unreachable" | "silent")[];
}

async function setup(options: ExchangeOptions = {}): Promise<Setup> {
  const clock = virtualClock(START);
  const received: Received[] = [];
  const answers: Setup["answers"] = [200];
  const exchange = createExchange({
    clock,
    rateLimits: false,
    market: manualMarket({ BTCUSDT: { price: "61250.40", volume: "18000" } }),
    webhookFetch: async (url, { headers, body, redirect }) => {
      received.push({ url, headers: headers as Record<string, string>, body: body as string, redirect, at: clock.elapsed() / 1000 });
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer === "unreachable") throw new TypeError("connection refused");
      if (answer === "silent") return new Promise(() => {});
      return new Response(null, { status: answer as number });
    },
    ...options,
  });
  return { clock, exchange, owner: await trader(exchange), received, answers };
}

const HOOK = { url: "https://hooks.example.com/a", events: ["backtest.completed"] };

describe("signed bodies", () => {
  it.each([
    [
      { backtest_id: "7f0c2d1e-5a64-4b0e-9d43-2f6d1f0a9b11", status: "completed", roi_pct: "4.27", total_trades: 18, final_equity: "10427.31500000" },
      151,
      "7883cdceb6d16681ff3c429410e6b29b0a49823132c88a460dd5d6a5aef72765",
    ],
    [{ strategy_id: "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", version: 2, status: "deployed" }, 91, "6ab45d10f1371b006e5a1f3782594302ec2e6b5794018c9925bb033c903beb1d"],
    [
      { test_run_id: "5b7e1c90-2f33-4c39-8d0b-1f2e3d4c5b6a", strategy_id: "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", status: "completed" },
      133,
      "153d27a60581fdfb318c995f4daffda635eed4b6fb442bb83ca8cd54ca0d0e37",
    ],
    [{ note: "naïve ✓" }, 29, "ecb8095a704407be7e855685c9257ecf956717a095eba89a7ef1c66d52481abe"],
  ])("%j", async (payload, bytes, signature) => {
    const body = bodyText(payload);
    expect(body).toHaveLength(bytes);
    expect(await (await createDigests("T3st_secret-0123456789abcdefghijklmnopqrstu")).hmac(body)).toBe(signature);
  });

  it("escape what JSON escapes and everything beyond ASCII", () => {
    expect(bodyText({ 'a"': "\n\u007f😀\\", b: null, c: true })).toBe('{"a\\"": "\\n\\u007f\\ud83d\\ude00\\\\", "b": null, "c": true}');
  });
});

describe("targets", () => {
  it.each([
    ["http://hooks.example.com/", "Webhook URL must use the https scheme; got 'http'."],
    ["hooks.example.com", "Webhook URL must use the https scheme; got ''."],
    ["https://", "Webhook URL must include a host."],
    ["https:///path", "Webhook URL must include a host."],
    ["https:hooks.example.com", "Webhook URL must include a host."],
    ["https://127.0.0.1/", "Webhook URL must not use an IP address literal; use a host name."],
    ["https://0x7f.1:8443/", "Webhook URL must not use an IP address literal; use a host name."],
    ["https://2130706433/", "Webhook URL must not use an IP address literal; use a host name."],
    ["https://8.8.8.8./", "Webhook URL must not use an IP address literal; use a host name."],
    ["https://[2606:4700::1]/", "Webhook URL must not use an IP address literal; use a host name."],
    ["https://localhost:8443/", "Webhook URL host 'localhost' is not a public host name."],
    ["https://api.LOCALHOST./", "Webhook URL host 'api.localhost.' is not a public host name."],
    ["https://metadata.google.internal/", "Webhook URL host 'metadata.google.internal' is not a public host name."],
    ["https://hooks.example.com:8443/a?b#c", undefined],
    ["HTTPS://user:word@hooks.example.com", undefined],
  ])("%s", (url, problem) => expect(urlProblem(url)).toBe(problem));

  it("are addresses outside of all networks of one's own, those included that the platform forgets", () => {
    const checked = ["127.0.0.1", "127.255.255.255", "169.254.169.254", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "::1", "fe80::1%eth0"];
    const forgotten = ["0.0.0.0", "100.64.0.1", "100.127.255.255", "192.0.0.8", "198.19.0.1", "224.0.0.1", "255.255.255.255", "::", "fc00::1", "fd12:3456::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:7f00:1", "64:ff9b::a00:1"];
    const outside = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "198.20.0.1", "2606:4700::1111", "::ffff:8.8.8.8"];
    for (const address of checked) expect([isInternal(address, true), isInternal(address, false)], address).toEqual([true, true]);
    for (const address of forgotten) expect([isInternal(address, true), isInternal(address, false)], address).toEqual([false, true]);
    for (const address of outside) expect([isInternal(address, true), isInternal(address, false)], address).toEqual([false, false]);
    expect(isInternal("256.1.1.1", true)).toBe(true);
    expect(isInternal("nonsense", true)).toBe(true);
  });

  it("are refused where a name is known to lead inside; the platform forgets some ranges", async () => {
    const names: Record<string, readonly string[]> = { "in.example.com": ["8.8.8.8", "10.0.0.1"], "cgnat.example.com": ["100.64.0.1"], "hooks.example.com": ["8.8.8.8"] };
    const webhookLookup = (host: string): readonly string[] => names[host] ?? [];
    for (const [fidelity, cgnat] of [["declared", 422], ["observed", 201]] as const) {
      const { owner } = await setup({ fidelity, webhookLookup });
      const status = async (host: string): Promise<number> => (await owner.send("POST", "/webhooks", { ...HOOK, url: `https://${host}/` })).status;
      expect([await status("hooks.example.com"), await status("in.example.com"), await status("gone.example.com"), await status("cgnat.example.com")]).toEqual([201, 422, 422, cgnat]);
    }
  });

  it("are looked at again before each attempt, and given up silently", async () => {
    let addresses: readonly string[] = ["8.8.8.8"];
    const { clock, exchange, owner, received, answers } = await setup({ webhookLookup: async () => addresses });
    answers[0] = 500;
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await exchange.advance(1_000);
    addresses = ["10.0.0.1"];
    await exchange.advance(600_000);
    expect(received.map(({ at }) => at)).toEqual([0]);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({ failure_count: 0, last_triggered_at: null });
    expect(clock.pending).toBe(0);
  });
});

describe("subscriptions", () => {
  it("are answered as the platform answered them", async () => {
    const { exchange, owner } = await setup({ fidelity: "observed" });
    const ids: Record<string, string> = {};
    const found: string[] = [];
    for (const { name, request, response } of exchanges.filter((each) => each.name.includes("webhook"))) {
      const path = Object.entries(ids).reduce((all, [theirs, our]) => all.replace(theirs, our), request.path);
      const answer = await send(exchange, request.method, path, request.body, { "x-api-key": owner.apiKey });
      const recorded = response.body === "" ? "" : JSON.parse(response.body);
      if (name === "create_webhook") {
        ids[recorded.id] = answer.json.id;
        expect(answer.json.secret).toMatch(/^[\w-]{43}$/);
        answer.json.secret = recorded.secret;
      }
      const filled = name === "get_webhook_gone" ? JSON.parse(response.body.replaceAll(recorded.detail.split("'")[1], ids[recorded.detail.split("'")[1]] as string)) : recorded;
      found.push(...(answer.status === response.status ? [] : [`${name}: status ${answer.status}`]), ...deviations(answer.json, filled).map((each) => `${name}: ${each}`));
    }
    expect(found).toEqual([]);
  });

  it("are checked field by field", async () => {
    const { owner } = await setup();
    const issues = async (body: unknown, method = "POST", path = "/webhooks"): Promise<unknown> => {
      const { status, json } = await owner.send(method, path, body);
      return status === 422 ? json.detail.map((each: { type: string; loc: string[] }) => `${each.type} ${each.loc.join(".")}`) : status;
    };
    expect(await issues({})).toEqual(["missing body.url", "missing body.events"]);
    expect(await issues({ url: 5, events: "backtest.completed" })).toEqual(["string_type body.url", "list_type body.events"]);
    expect(await issues({ url: "https://localhost/", events: [] })).toEqual(["value_error body.url", "value_error body.events"]);
    expect(await issues({ url: `https://hooks.example.com/${"x".repeat(2048)}`, events: ["nope"], description: "x".repeat(256) })).toEqual([
      "string_too_long body.url", "value_error body.events", "string_too_long body.description",
    ]);
    expect(await issues({ ...HOOK, url: "  https://hooks.example.com/a ", description: null })).toBe(201);
    expect(await issues({}, "PUT", "/webhooks/nonsense")).toEqual(["uuid_parsing path.webhook_id"]);
  });

  it("are listed newest first, at most 25 of them, repeats kept", async () => {
    const { owner } = await setup();
    const events = ["strategy.deployed", "backtest.completed", "strategy.deployed"];
    for (let count = 1; count <= 25; count++) expect((await owner.send("POST", "/webhooks", { ...HOOK, events, description: String(count) })).status).toBe(201);
    const { status, json } = await owner.send("POST", "/webhooks", HOOK);
    expect([status, json.error.code, json.error.details]).toEqual([422, "VALIDATION_ERROR", { limit: 25, current: 25, field: "url" }]);
    const list = await owner.get("/webhooks");
    expect([list.json.total, list.json.webhooks[0].description, list.json.webhooks[24].description, list.json.webhooks[3].events]).toEqual([25, "25", "1", events]);
  });

  it("change in what is given only", async () => {
    const { clock, owner } = await setup();
    const { json } = await owner.send("POST", "/webhooks", { ...HOOK, description: "mine" });
    await clock.advance(5_000);
    const put = async (changes: unknown): Promise<Record<string, unknown>> => (await owner.send("PUT", `/webhooks/${json.id.toUpperCase()}`, changes)).json;
    expect(await put({})).toMatchObject({ updated_at: "2026-01-05T00:00:30Z" });
    expect(await put({ url: null, events: null, active: null, description: null })).toMatchObject({ description: "mine", updated_at: "2026-01-05T00:00:30Z" });
    expect(await put({ description: "", active: "no" })).toMatchObject({ description: "", active: false, url: HOOK.url, updated_at: "2026-01-05T00:00:35Z" });
    expect(await put({ url: "http://hooks.example.com" })).toMatchObject({ detail: [{ loc: ["body", "url"] }] });
  });

  it("belong to the account, not to others", async () => {
    const { exchange, owner } = await setup();
    const other = await trader(exchange);
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    for (const [method, path, body] of [["GET", "", undefined], ["PUT", "", {}], ["DELETE", "", undefined], ["POST", "/test", undefined]] as const) {
      const foreign = await other.send(method, `/webhooks/${json.id}${path}`, body);
      expect([foreign.status, foreign.json.error.code]).toEqual([403, "PERMISSION_DENIED"]);
    }
    expect((await other.get("/webhooks")).json).toEqual({ webhooks: [], total: 0 });
    expect((await owner.send("DELETE", `/webhooks/${json.id}`)).status).toBe(204);
    expect((await owner.get(`/webhooks/${json.id}`)).status).toBe(404);
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
    const headers = { "Content-Type": "application/json", "X-Webhook-Event": "webhook.test", "X-Webhook-Signature": signature };
    expect(received).toEqual([{ url: HOOK.url, headers, body, redirect: "manual", at: 0 }]);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({ failure_count: 0, last_triggered_at: "2026-01-05T00:00:30Z" });
    expect(clock.pending).toBe(0);
  });

  it.each([["status 500", 500], ["a redirect", 302], ["no connection", "unreachable"]] as const)("are tried again after 10, 30 and 60 s: %s", async (_, answer) => {
    const { clock, exchange, owner, received, answers } = await setup();
    answers[0] = answer;
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await exchange.advance(99_999);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({ failure_count: 0, last_triggered_at: null });
    await exchange.advance(1);
    expect(received.map(({ at }) => at)).toEqual([0, 10, 40, 100]);
    expect(new Set(received.map(({ body, headers }) => body + headers["X-Webhook-Signature"])).size).toBe(1);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({ failure_count: 1, last_triggered_at: "2026-01-05T00:02:10Z", active: true });
    expect(clock.pending).toBe(0);
  });

  it("fail after 10 s of silence", async () => {
    const { exchange, owner, received, answers } = await setup();
    answers.splice(0, 1, "silent", 204);
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await exchange.advance(60_000);
    expect(received.map(({ at }) => at)).toEqual([0, 20]);
    expect((await owner.get(`/webhooks/${json.id}`)).json).toMatchObject({ failure_count: 0, last_triggered_at: "2026-01-05T00:00:50Z" });
  });

  it("that fail ten times in a row end the subscription; starting it again starts the count again, unless observed", async () => {
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

  it("go to the address of the event, and to nobody once the subscription is gone", async () => {
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

  it("leave nothing behind when the exchange closes", async () => {
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
      const { exchange, owner, received, answers } = await setup({ seed: 7 });
      answers[0] = 500;
      const { json } = await owner.send("POST", "/webhooks", HOOK);
      await owner.send("POST", `/webhooks/${json.id}/test`);
      await exchange.advance(200_000);
      return received;
    };
    expect(await run()).toEqual(await run());
  });
});

describe("the client", () => {
  it("does with webhooks what it does on the platform, and better", async () => {
    const { exchange, owner, received } = await setup();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: owner.apiKey });
    const created = await client.createWebhook({ url: HOOK.url, events: ["strategy.deployed"], description: "client" });
    expect(created.secret).toHaveLength(43);
    expect(await client.testWebhook(created.id)).toEqual({ enqueued: 1, webhookId: created.id });
    await exchange.advance(0);
    expect(received).toHaveLength(1);
    expect((await client.updateWebhook(created.id, { active: false })).active).toBe(false);
    expect((await client.listWebhooks()).total).toBe(1);
    expect((await client.getWebhook(created.id)).lastTriggeredAt).toEqual(new Date(START));
    await client.deleteWebhook(created.id);
    await expect(client.getWebhook(created.id)).rejects.toMatchObject({ name: "NotFoundError" });
  });
});
