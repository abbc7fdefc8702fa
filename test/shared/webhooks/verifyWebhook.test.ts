// Deliveries in every form that is accepted, and what must be rejected.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  verifyWebhook,
  WebhookError,
  type VerifyWebhookOptions,
  type WebhookEvent,
} from "../../../src/webhooks/index.ts";
import { createDigests } from "../../../src/signing/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { everyPrintedForm } from "../../support/everyPrintedForm.ts";

const SECRET = "T3st_secret-0123456789abcdefghijklmnopqrstu";
const OTHER = "0ther_secret-0123456789abcdefghijklmnopqrst";
const KEY = new Uint8Array(32).map((_, index) => index * 7 + 1);
const STANDARD = `whsec_${btoa(String.fromCharCode(...KEY))}`;
const NOW = Date.parse("2026-03-05T14:00:00Z");

const BACKTEST =
  '{"backtest_id": "7f0c2d1e-5a64-4b0e-9d43-2f6d1f0a9b11", "status": "completed", "roi_pct": "4.27", "total_trades": 18, "final_equity": "10427.31500000"}';
const DEPLOYED = '{"strategy_id": "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", "version": 2, "status": "deployed"}';
const TESTED =
  '{"test_run_id": "5b7e1c90-2f33-4c39-8d0b-1f2e3d4c5b6a", "strategy_id": "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", "status": "completed"}';
const SIGNED = "6ab45d10f1371b006e5a1f3782594302ec2e6b5794018c9925bb033c903beb1d";

type HeaderList = readonly (readonly [name: string, value: string])[];

function post(body: BodyInit | null, headers: HeaderList): Request {
  const list = new Headers();
  for (const [name, value] of headers) list.append(name, value);
  return new Request("https://hooks.example.com/", { method: "POST", headers: list, body });
}

async function signed(body: string | Uint8Array<ArrayBuffer>, event?: string, secret = SECRET): Promise<Request> {
  const signature = await (await createDigests(secret)).hmac(body);
  const name: HeaderList = event === undefined ? [] : [["X-Webhook-Event", event]];
  return post(body, [...name, ["X-Webhook-Signature", signature]]);
}

async function standard(
  body: string,
  {
    id = "msg_1",
    at = NOW,
    key = KEY,
    extra = "",
  }: { id?: string; at?: number; key?: Uint8Array; extra?: string } = {},
): Promise<Request> {
  const time = Math.floor(at / 1000);
  const hmac = await (await createDigests(key)).hmac(`${id}.${time}.${body}`);
  const bytes = (hmac.match(/../g) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16)));
  return post(body, [
    ["webhook-id", id],
    ["webhook-timestamp", String(time)],
    ["webhook-signature", `${extra}v1,${btoa(bytes.join(""))}`],
    ["X-Webhook-Event", "strategy.deployed"],
  ]);
}

async function rejection(
  request: Request,
  secrets: string | readonly string[] = SECRET,
  options: VerifyWebhookOptions = {},
): Promise<WebhookError> {
  const error: unknown = await verifyWebhook(request, secrets, { now: NOW, ...options }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WebhookError);
  return error as WebhookError;
}

describe("the platform's deliveries", () => {
  it.each<[string, string, string, object]>([
    [
      "backtest.completed",
      BACKTEST,
      "7883cdceb6d16681ff3c429410e6b29b0a49823132c88a460dd5d6a5aef72765",
      {
        backtestId: "7f0c2d1e-5a64-4b0e-9d43-2f6d1f0a9b11",
        status: "completed",
        roiPct: new Decimal("4.27"),
        totalTrades: 18,
        finalEquity: new Decimal("10427.315"),
      },
    ],
    [
      "strategy.deployed",
      DEPLOYED,
      SIGNED,
      { strategyId: "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", version: 2, status: "deployed" },
    ],
    [
      "strategy.test.completed",
      TESTED,
      "153d27a60581fdfb318c995f4daffda635eed4b6fb442bb83ca8cd54ca0d0e37",
      {
        testRunId: "5b7e1c90-2f33-4c39-8d0b-1f2e3d4c5b6a",
        strategyId: "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33",
        status: "completed",
      },
    ],
  ])("%s has the documented signature, and typed fields", async (type, body, signature, fields) => {
    for (const headers of [
      [["X-Webhook-Signature", signature]],
      [["X-Webhook-Signature", signature.toUpperCase()]],
      [["x-webhook-signature", `sha256=${signature}`]],
      [["X-TradeReady-Signature", `sha256=${signature}`]],
      [
        ["X-Webhook-Signature", signature],
        ["X-Webhook-Event", type],
      ],
    ] as const) {
      const event = await verifyWebhook(post(body, headers), SECRET);
      expect(event).toEqual({ type, id: expect.stringMatching(/^[0-9a-f]{64}$/) as string, signedAt: null, ...fields });
    }
  });

  it("have the SHA-256 of their body as id", async () => {
    const { id } = await verifyWebhook(await signed(DEPLOYED), SECRET);
    expect(id).toBe((await createDigests("x")).sha256(DEPLOYED));
  });

  it.each<[string, string | undefined, Partial<WebhookEvent>]>([
    [
      '{"event": "webhook.test", "webhook_id": "1", "message": "m"}',
      "webhook.test",
      { type: "webhook.test", webhookId: "1", message: "m" },
    ],
    ['{"battle_id": "1"}', "battle.completed", { type: "battle.completed", payload: { battle_id: "1" } }],
    ['{"event": "battle.completed"}', undefined, { type: "battle.completed", payload: { event: "battle.completed" } }],
    ['{"order_id": "1"}', "order.filled", { type: "unknown", name: "order.filled", payload: { order_id: "1" } }],
    ['{"note": "na\\u00efve \\u2713"}', undefined, { type: "unknown", name: null, payload: { note: "naïve ✓" } }],
    // Another event with the fields of a known one, and a known one with other fields.
    [DEPLOYED, "strategy.checked", { type: "unknown", name: "strategy.checked" }],
    [
      DEPLOYED.replace('"deployed"', '"undeployed"'),
      "strategy.deployed",
      { type: "unknown", name: "strategy.deployed" },
    ],
    [BACKTEST.replace('"4.27"', "null"), "backtest.completed", { type: "unknown", name: "backtest.completed" }],
    ['{"event": "backtest.completed", "metrics": {}}', undefined, { type: "unknown", name: "backtest.completed" }],
    ['{"__proto__": {"type": "x"}, "constructor": 1}', "toString", { type: "unknown", name: "toString" }],
  ])("%s as %s", async (body, name, expected) => {
    expect(await verifyWebhook(await signed(body, name), SECRET)).toMatchObject(expected);
  });

  it("are what their signed fields say: a header that names another known event is rejected", async () => {
    for (const name of ["backtest.completed", "strategy.test.completed", "battle.completed", "webhook.test"])
      expect((await rejection(await signed(DEPLOYED, name))).problem).toBe("malformed");
  });

  it("are accepted with any of several secrets", async () => {
    expect(await verifyWebhook(await signed(DEPLOYED, undefined, OTHER), [SECRET, OTHER])).toMatchObject({
      version: 2,
    });
    expect(await verifyWebhook(await signed(DEPLOYED), [STANDARD, SECRET])).toMatchObject({ version: 2 });
    expect((await rejection(await signed(DEPLOYED), [OTHER, STANDARD])).problem).toBe("wrong-signature");
  });
});

describe("Standard Webhooks", () => {
  it("have the sender's id and time", async () => {
    expect(await verifyWebhook(await standard(DEPLOYED), STANDARD, { now: NOW + 1000 })).toEqual({
      type: "strategy.deployed",
      id: "msg_1",
      signedAt: new Date(NOW),
      strategyId: "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33",
      version: 2,
      status: "deployed",
    });
  });

  it("may have several signatures and secrets", async () => {
    const old = `whsec_${btoa("an older key of 32 bytes, or so.")}`;
    const request = await standard(DEPLOYED, { extra: "v1a,AAAA v1,not-base64 v2,x v1,AAAA " });
    expect(await verifyWebhook(request, [old, STANDARD, SECRET], { now: NOW })).toMatchObject({ id: "msg_1" });
  });

  it.each([300_000, -300_000])("are valid for five minutes: %i ms later", async (later) => {
    const request = await standard(DEPLOYED);
    expect(await verifyWebhook(request, STANDARD, { now: NOW + later })).toMatchObject({ version: 2 });
  });

  it.each([300_001, -300_001, 1e12])("are expired after that: %i ms later", async (later) => {
    const error = await rejection(await standard(DEPLOYED), STANDARD, { now: NOW + later });
    expect(error).toMatchObject({ problem: "expired", responseStatus: 401 });
  });

  it("do not show an attacker whether a timestamp would be accepted", async () => {
    const request = await standard(DEPLOYED, { at: 0, key: new Uint8Array(32) });
    expect((await rejection(request, STANDARD)).problem).toBe("wrong-signature");
  });

  it.each<[string, string, string]>([
    ["webhook-id", "msg_2", "wrong-signature"],
    ["webhook-id", "", "unsigned"],
    ["webhook-id", "msg_1, msg_1", "unsigned"],
    ["webhook-timestamp", String(NOW / 1000 + 1), "wrong-signature"],
    ["webhook-timestamp", `${NOW / 1000}.0`, "unsigned"],
    ["webhook-timestamp", ` ${NOW / 1000}, ${NOW / 1000}`, "unsigned"],
    ["webhook-timestamp", "-1", "unsigned"],
    ["webhook-signature", "v1,", "unsigned"],
    ["webhook-signature", "v1a,AAAA", "unsigned"],
    ["webhook-signature", `v1,${btoa("x".repeat(32))}`, "wrong-signature"],
  ])("with %s: %s are rejected", async (name, value, problem) => {
    const request = await standard(DEPLOYED);
    const headers = new Headers(request.headers);
    headers.set(name, value);
    expect((await rejection(new Request(request, { headers }), STANDARD)).problem).toBe(problem);
  });

  it("cannot be turned into the platform's form, nor the reverse", async () => {
    expect((await rejection(await signed(DEPLOYED, undefined, STANDARD), STANDARD)).problem).toBe("unsigned");
    expect((await rejection(await standard(DEPLOYED), SECRET)).problem).toBe("unsigned");
  });
});

describe("rejects", () => {
  it.each<[string, HeaderList, string]>([
    ["no signature", [], "unsigned"],
    ["an empty one", [["X-Webhook-Signature", ""]], "unsigned"],
    ["a shorter one", [["X-Webhook-Signature", SIGNED.slice(1)]], "unsigned"],
    ["a longer one", [["X-Webhook-Signature", `${SIGNED}00`]], "unsigned"],
    ["base64", [["X-Webhook-Signature", btoa("x".repeat(48))]], "unsigned"],
    ["another hash", [["X-Webhook-Signature", `sha512=${SIGNED}`]], "unsigned"],
    [
      "the header twice",
      [
        ["X-Webhook-Signature", SIGNED],
        ["X-Webhook-Signature", SIGNED],
      ],
      "unsigned",
    ],
    [
      "both headers",
      [
        ["X-Webhook-Signature", SIGNED],
        ["X-TradeReady-Signature", SIGNED],
      ],
      "unsigned",
    ],
    ["another signature", [["X-Webhook-Signature", SIGNED.replace("6", "7")]], "wrong-signature"],
  ])("%s", async (_, headers, problem) => {
    const error = await rejection(post(DEPLOYED, headers));
    expect(error).toMatchObject({ problem, responseStatus: 401, code: "INVALID_WEBHOOK", retryable: false });
  });

  it("a body of which any byte has changed", async () => {
    const bytes = new TextEncoder().encode(DEPLOYED);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = bytes.with(at, (bytes[at] ?? 0) ^ change);
        expect((await rejection(post(changed, [["X-Webhook-Signature", SIGNED]]))).problem).toBe("wrong-signature");
      }),
      { numRuns: 50 },
    );
  });

  it.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ["nothing", ""],
    ["half an object", '{"a": '],
    ["a list", "[]"],
    ["null", "null"],
    ["a string", '"x"'],
    ["other encodings", new Uint8Array([0x7b, 0xff, 0x7d])],
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0])],
  ])("a signed body that is %s", async (_, body) => {
    expect(await rejection(await signed(body))).toMatchObject({ problem: "malformed", responseStatus: 400 });
  });

  it("bodies above the limit, whether signed or not", async () => {
    const body = `{"text": "${"x".repeat(65_536 - 12)}"}`;
    expect(await verifyWebhook(await signed(body), SECRET)).toMatchObject({ type: "unknown" });
    expect(await rejection(await signed(`${body} `))).toMatchObject({ problem: "too-large", responseStatus: 413 });
    expect((await rejection(await signed(DEPLOYED), SECRET, { maxBytes: 10 })).problem).toBe("too-large");
  });

  it("secrets that are none, without showing them", async () => {
    for (const secret of ["", " ", [], ["a", ""], "whsec_", "whsec_c2VjcmV0*", [SECRET, "whsec_c2VjcmV0-secret"]]) {
      const error: unknown = await verifyWebhook(await signed(DEPLOYED), secret).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "ValidationError", field: "secrets" });
      expect(everyPrintedForm(error)).not.toContain("c2VjcmV0");
    }
    const missing = undefined as unknown as string;
    await expect(verifyWebhook(await signed(DEPLOYED), missing)).rejects.toThrow("environment variable");
  });

  it("requests that somebody has read already", async () => {
    const request = await signed(DEPLOYED);
    await request.text();
    await expect(verifyWebhook(request, SECRET)).rejects.toThrow("Call verifyWebhook before anything reads it");
  });

  it("without showing the secret or the expected signature", async () => {
    const error = await rejection(post(DEPLOYED, [["X-Webhook-Signature", SIGNED.replace("6", "7")]]));
    const printed = everyPrintedForm(error);
    expect(printed).not.toContain(SECRET);
    expect(printed).not.toContain(SIGNED);
  });
});
