import { invalid } from "../endpoints/index.ts";
import { hex } from "../signing/index.ts";
import { WebhookError } from "./error.ts";
import { decodeEvent, type Envelope, type WebhookEvent } from "./events.ts";
import { readBody } from "./readBody.ts";
import { isStandard, parseSecrets, verifyPlatform, verifyStandard } from "./signatures.ts";

/** Options of {@link verifyWebhook}. */
export interface VerifyWebhookOptions {
  /** Maximum size of the body in bytes; default 65 536. The platform's bodies have less than 1 KiB. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds by which a Standard Webhooks timestamp may differ from `now`; default 5 minutes. */
  readonly tolerance?: number | undefined;
  /** Unix milliseconds; default the current time. */
  readonly now?: number | undefined;
}

/**
 * Verifies a delivery and returns its event. Accepts the platform's own signatures, with or without `sha256=`, and those
 * of Standard Webhooks for secrets that begin with `whsec_`. The comparison takes constant time.
 *
 * The platform signs neither an id nor a time, so a valid delivery can be sent again by whoever has seen it: pass the
 * event to {@link webhookInbox}, or remember `event.id` where you store what the event causes.
 *
 * @param secrets the secret that `createWebhook` returned, or several while you replace one
 * @throws {@link WebhookError}; ValidationError if a secret is empty or not one
 * @example
 * ```ts
 * const request = new Request("https://hooks.example.com/", {
 *   method: "POST",
 *   headers: {
 *     "X-Webhook-Event": "strategy.deployed",
 *     "X-Webhook-Signature": "6ab45d10f1371b006e5a1f3782594302ec2e6b5794018c9925bb033c903beb1d",
 *   },
 *   body: '{"strategy_id": "0d9b6a52-8c1f-4c55-a0d2-5f7f1b1a2c33", "version": 2, "status": "deployed"}',
 * });
 * const event = await verifyWebhook(request, "T3st_secret-0123456789abcdefghijklmnopqrstu");
 * if (event.type === "strategy.deployed") console.log(event.strategyId, event.version);
 * ```
 */
export async function verifyWebhook(
  request: Request,
  secrets: string | readonly string[],
  options: VerifyWebhookOptions = {},
): Promise<WebhookEvent> {
  return (await receiveWebhook(request, secrets, options)).event;
}

/** A verified delivery, with what is needed to decode it again. */
export interface ReceivedWebhook {
  readonly event: WebhookEvent;
  readonly envelope: Envelope;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Like {@link verifyWebhook}, for an inbox that stores deliveries as JSON. */
export async function receiveWebhook(
  request: Request,
  secrets: string | readonly string[],
  { maxBytes = 65_536, tolerance = 300_000, now = Date.now() }: VerifyWebhookOptions,
): Promise<ReceivedWebhook> {
  const { headers } = request;
  const keys = parseSecrets(secrets);
  if (keys === undefined) {
    const message = "must be one or several non-empty strings; after whsec_, base64 (is the environment variable set?)";
    throw invalid("verifyWebhook", [{ field: "secrets", message }]);
  }
  const body = await readBody(request, maxBytes);
  const stamp = isStandard(headers, keys)
    ? await verifyStandard(headers, body, keys, now, tolerance)
    : await verifyPlatform(headers, body, keys);
  const envelope = {
    id: stamp?.id ?? hex(new Uint8Array(await crypto.subtle.digest("SHA-256", body))),
    signedAt: stamp === undefined ? null : new Date(stamp.timestamp * 1000),
    name: headers.get("x-webhook-event"),
  };
  const payload = parse(body);
  const event = decodeEvent(envelope, payload);
  if (event === undefined) throw new WebhookError("malformed");
  return { event, envelope, payload };
}

/** The JSON object that a signed body contains. */
function parse(body: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body));
  } catch {
    throw new WebhookError("malformed");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new WebhookError("malformed");
  return value as Readonly<Record<string, unknown>>;
}
