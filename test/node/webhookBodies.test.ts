// Bodies that arrive in parts, and the package of Standard Webhooks as the other side.
import { ReadableStream } from "node:stream/web";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createDigests } from "../../src/signing/index.ts";
import { verifyWebhook, WebhookError } from "../../src/webhooks/index.ts";
import { HOOK, setup } from "../shared/exchange/webhookReceiver.ts";

const SECRET = "T3st_secret-0123456789abcdefghijklmnopqrstu";
const BODY = '{"strategy_id": "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", "version": 2, "status": "deployed"}';
const SIGNATURE = "6ab45d10f1371b006e5a1f3782594302ec2e6b5794018c9925bb033c903beb1d";

interface Sent {
  readonly request: Request;
  /** Number of parts that were taken. */
  readonly taken: () => number;
  readonly cancelled: () => boolean;
}

/** A request whose body is read part by part; a part that is an error ends the connection. */
function streamed(parts: readonly (string | Error)[], headers: Record<string, string> = {}): Sent {
  let taken = 0;
  let cancelled = false;
  const body = new ReadableStream(
    {
      pull(controller) {
        const part = parts[taken++];
        if (part === undefined) controller.close();
        else if (part instanceof Error) controller.error(part);
        else controller.enqueue(new TextEncoder().encode(part));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const init = { method: "POST", headers: { "X-Webhook-Signature": SIGNATURE, ...headers }, body, duplex: "half" };
  const request = new Request("https://hooks.example.com/", init as RequestInit);
  return { request, taken: () => taken, cancelled: () => cancelled };
}

const rejection = (request: Request): Promise<unknown> =>
  verifyWebhook(request, SECRET, { maxBytes: 1000 }).catch((reason: unknown) => reason);

describe("bodies", () => {
  it("are verified however they are split", async () => {
    for (const size of [1, 7, 90]) {
      const parts = BODY.match(new RegExp(`.{1,${size}}`, "g")) ?? [];
      expect(await verifyWebhook(streamed(parts).request, SECRET)).toMatchObject({ type: "strategy.deployed" });
    }
  });

  it("that announce too many bytes are not read at all", async () => {
    const { request, taken, cancelled } = streamed([BODY], { "content-length": "1001" });
    expect(await rejection(request)).toMatchObject({ problem: "too-large" });
    expect([taken(), cancelled()]).toEqual([0, true]);
  });

  it.each<Record<string, string>>([{}, { "content-length": "10" }, { "content-length": "x" }])(
    "that turn out too large are not read further: %o",
    async (headers) => {
      const { request, taken, cancelled } = streamed(
        Array.from({ length: 100 }, () => "x".repeat(400)),
        headers,
      );
      expect(await rejection(request)).toMatchObject({ problem: "too-large" });
      expect([taken(), cancelled()]).toEqual([3, true]);
    },
  );

  it("that end too early are rejected", async () => {
    const lost = new TypeError("terminated");
    const error = await rejection(streamed([BODY, lost]).request);
    expect(error).toBeInstanceOf(WebhookError);
    expect(error).toMatchObject({ problem: "incomplete", responseStatus: 400, cause: lost });
  });
});

describe("Standard Webhooks", () => {
  it("of the exchange are accepted by the standardwebhooks package", async () => {
    const { exchange, owner, received } = await setup({ webhookSignatures: "standard", clock: undefined });
    const { json } = await owner.send("POST", "/webhooks", HOOK);
    await owner.send("POST", `/webhooks/${json.id}/test`);
    await expect.poll(() => received.length).toBe(1);
    const [{ body, headers } = { body: "", headers: {} }] = received;
    const webhook = new Webhook(json.secret);
    expect(webhook.verify(body, headers)).toMatchObject({ event: "webhook.test", webhook_id: json.id });
    expect(() => webhook.verify(`${body} `, headers)).toThrow("No matching signature found");
    const { secret } = (await owner.send("POST", "/webhooks", HOOK)).json;
    expect(() => new Webhook(secret).verify(body, headers)).toThrow("No matching signature found");
    exchange.close();
  });

  it("of the standardwebhooks package are accepted by verifyWebhook", async () => {
    const secret = `whsec_${btoa("a key of thirty-two bytes, or so")}`;
    const now = new Date("2026-03-05T14:00:00Z");
    const signature = new Webhook(secret).sign("msg_2b.x-1", now, BODY);
    const headers = { "webhook-id": "msg_2b.x-1", "webhook-timestamp": String(now.getTime() / 1000) };
    const request = (value: string): Request =>
      new Request(HOOK.url, { method: "POST", headers: { ...headers, "webhook-signature": value }, body: BODY });
    const event = await verifyWebhook(request(`v1a,AA== ${signature}`), secret, { now: now.getTime() });
    expect(event).toMatchObject({ type: "strategy.deployed", id: "msg_2b.x-1", signedAt: now });
    const foreign = await createDigests(SECRET);
    const wrong = `v1,${Buffer.from(await foreign.hmac(BODY), "hex").toString("base64")}`;
    await expect(verifyWebhook(request(wrong), secret, { now: now.getTime() })).rejects.toThrow("does not match");
  });
});
