import type { CreatedWebhook } from "../../../src/endpoints/index.ts";
import type { Wire } from "./bodies.ts";
import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import { isInternal, urlProblem } from "../../../src/exchange/engine/webhooks/url.ts";
import { exchanges } from "../../fixtures/rest.ts";
import { deviations } from "./comparison.ts";
import { recorded } from "./recorded.ts";
import { send, START, trader } from "./trader.ts";
import { HOOK, setup } from "./webhookReceiver.ts";

// A secret of 32 bytes, as it appears in JSON.
const SECRET = /(?<="secret":")[\w-]{43}(?=")/;

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

  it("are addresses outside of all internal networks, including those that the platform misses", () => {
    const checked = [
      "127.0.0.1",
      "127.255.255.255",
      "169.254.169.254",
      "10.1.2.3",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.0.1",
      "::1",
      "fe80::1%eth0",
    ];
    const forgotten = [
      "0.0.0.0",
      "100.64.0.1",
      "100.127.255.255",
      "192.0.0.8",
      "198.19.0.1",
      "224.0.0.1",
      "255.255.255.255",
      "::",
      "fc00::1",
      "fd12:3456::1",
      "ff02::1",
      "::ffff:10.0.0.1",
      "::ffff:7f00:1",
      "64:ff9b::a00:1",
    ];
    const outside = ["8.8.8.8", "172.32.0.1", "100.128.0.1", "198.20.0.1", "2606:4700::1111", "::ffff:8.8.8.8"];
    for (const address of checked)
      expect([isInternal(address, true), isInternal(address, false)], address).toEqual([true, true]);
    for (const address of forgotten)
      expect([isInternal(address, true), isInternal(address, false)], address).toEqual([false, true]);
    for (const address of outside)
      expect([isInternal(address, true), isInternal(address, false)], address).toEqual([false, false]);
    expect(isInternal("256.1.1.1", true)).toBe(true);
    expect(isInternal("nonsense", true)).toBe(true);
  });

  it("are rejected if the name is known to resolve to an internal address; the platform misses some ranges", async () => {
    const names: Record<string, readonly string[]> = {
      "in.example.com": ["8.8.8.8", "10.0.0.1"],
      "cgnat.example.com": ["100.64.0.1"],
      "hooks.example.com": ["8.8.8.8"],
    };
    const webhookLookup = (host: string): readonly string[] => names[host] ?? [];
    for (const [fidelity, cgnat] of [
      ["declared", 422],
      ["observed", 201],
    ] as const) {
      const { owner } = await setup({ fidelity, webhookLookup });
      const status = async (host: string): Promise<number> =>
        (await owner.send("POST", "/webhooks", { ...HOOK, url: `https://${host}/` })).status;
      expect([
        await status("hooks.example.com"),
        await status("in.example.com"),
        await status("gone.example.com"),
        await status("cgnat.example.com"),
      ]).toEqual([201, 422, 422, cgnat]);
    }
  });

  it("are checked again before each attempt, and dropped silently", async () => {
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
  it("get the platform's responses", async () => {
    const { exchange, owner } = await setup({ fidelity: "observed" });
    const { id: theirs } = recorded<Wire<CreatedWebhook>>("create_webhook").json;
    let ours = theirs;
    const found: string[] = [];
    for (const { name, request, response } of exchanges.filter((each) => each.name.includes("webhook"))) {
      const path = request.path.replace(theirs, ours);
      const { status, json } = await send(exchange, request.method, path, request.body, { "x-api-key": owner.apiKey });
      if (name === "create_webhook") ours = (json as unknown as Wire<CreatedWebhook>).id;
      const text = response.body.replace(SECRET, "secret").replaceAll(theirs, ours);
      const answer = JSON.stringify(json).replace(SECRET, "secret");
      found.push(
        ...(status === response.status ? [] : [`${name}: status ${status}`]),
        ...deviations(JSON.parse(answer), text === "" ? "" : JSON.parse(text)).map((each) => `${name}: ${each}`),
      );
    }
    expect(found).toEqual([]);
  });

  it("are validated field by field", async () => {
    const { owner } = await setup();
    const issues = async (body: unknown, method = "POST", path = "/webhooks"): Promise<unknown> => {
      const { status, json } = await owner.send(method, path, body);
      return status === 422 ? json.detail.map((each) => `${each.type} ${each.loc.join(".")}`) : status;
    };
    expect(await issues({})).toEqual(["missing body.url", "missing body.events"]);
    expect(await issues({ url: 5, events: "backtest.completed" })).toEqual([
      "string_type body.url",
      "list_type body.events",
    ]);
    expect(await issues({ url: "https://localhost/", events: [] })).toEqual([
      "value_error body.url",
      "value_error body.events",
    ]);
    expect(
      await issues({
        url: `https://hooks.example.com/${"x".repeat(2048)}`,
        events: ["nope"],
        description: "x".repeat(256),
      }),
    ).toEqual(["string_too_long body.url", "value_error body.events", "string_too_long body.description"]);
    expect(await issues({ ...HOOK, url: "  https://hooks.example.com/a ", description: null })).toBe(201);
    expect(await issues({}, "PUT", "/webhooks/nonsense")).toEqual(["uuid_parsing path.webhook_id"]);
  });

  it("are listed newest first, at most 25 of them, duplicates included", async () => {
    const { owner } = await setup();
    const events = ["strategy.deployed", "backtest.completed", "strategy.deployed"];
    for (let count = 1; count <= 25; count++)
      expect((await owner.send("POST", "/webhooks", { ...HOOK, events, description: String(count) })).status).toBe(201);
    const { status, json } = await owner.send("POST", "/webhooks", HOOK);
    expect([status, json.error.code, json.error.details]).toEqual([
      422,
      "VALIDATION_ERROR",
      { limit: 25, current: 25, field: "url" },
    ]);
    const list = await owner.get("/webhooks");
    expect(list.json.total).toBe(25);
    expect(list.json.webhooks.map(({ description }) => Number(description))).toEqual(
      Array.from({ length: 25 }, (_, at) => 25 - at),
    );
    expect(list.json.webhooks[3]?.events).toEqual(events);
  });

  it("change only the given fields", async () => {
    const { clock, owner } = await setup();
    const { json } = await owner.send("POST", "/webhooks", { ...HOOK, description: "mine" });
    await clock.advance(5_000);
    const put = async (changes: unknown): Promise<unknown> =>
      (await owner.send("PUT", `/webhooks/${json.id.toUpperCase()}`, changes)).json;
    expect(await put({})).toMatchObject({ updated_at: "2026-01-05T00:00:30Z" });
    expect(await put({ url: null, events: null, active: null, description: null })).toMatchObject({
      description: "mine",
      updated_at: "2026-01-05T00:00:30Z",
    });
    expect(await put({ description: "", active: "no" })).toMatchObject({
      description: "",
      active: false,
      url: HOOK.url,
      updated_at: "2026-01-05T00:00:35Z",
    });
    expect(await put({ url: "http://hooks.example.com" })).toMatchObject({ detail: [{ loc: ["body", "url"] }] });
  });

  it("belong to their account only", async () => {
    const { exchange, owner } = await setup();
    const other = await trader(exchange);
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["PUT", "", {}],
      ["DELETE", "", undefined],
      ["POST", "/test", undefined],
    ] as const) {
      const foreign = await other.send(method, `/webhooks/${json.id}${path}`, body);
      expect([foreign.status, foreign.json.error.code]).toEqual([403, "PERMISSION_DENIED"]);
    }
    expect((await other.get("/webhooks")).json).toEqual({ webhooks: [], total: 0 });
    expect((await owner.send("DELETE", `/webhooks/${json.id}`)).status).toBe(204);
    expect((await owner.get(`/webhooks/${json.id}`)).status).toBe(404);
  });
});

describe("the client", () => {
  it("manages webhooks as on the platform, without its defects", async () => {
    const { exchange, owner, received } = await setup();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: owner.apiKey });
    const created = await client.createWebhook({ url: HOOK.url, events: ["strategy.deployed"], description: "client" });
    expect(created.secret).toHaveLength(43);
    expect(await client.testWebhook(created.id)).toEqual({ enqueued: 1, webhookId: created.id });
    await exchange.advance(0);
    expect(received).toHaveLength(1);
    expect((await client.updateWebhook(created.id, { active: false })).active).toBe(false);
    expect(await client.listWebhooks()).toHaveLength(1);
    expect((await client.getWebhook(created.id)).lastTriggeredAt).toEqual(new Date(START));
    await client.deleteWebhook(created.id);
    await expect(client.getWebhook(created.id)).rejects.toMatchObject({ name: "NotFoundError" });
  });
});
