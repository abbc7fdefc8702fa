import { createDigests } from "../../../signing/index.ts";
import type { Delivery } from "./model.ts";

/** How deliveries are signed: as the platform signs them, or as Standard Webhooks are. */
export type WebhookSignatures = "platform" | "standard";

/** The headers that sign one attempt. The platform's are the same in every attempt. */
export async function signDelivery(
  form: WebhookSignatures,
  secret: string,
  { id, body }: Pick<Delivery, "id" | "body">,
  now: number,
): Promise<Readonly<Record<string, string>>> {
  if (form === "platform") return { "X-Webhook-Signature": await (await createDigests(secret)).hmac(body) };
  const digests = await createDigests(Uint8Array.from(atob(toBase64(secret)), (character) => character.charCodeAt(0)));
  // The number alone would return in the next exchange; the secret does not.
  const messageId = `msg_${(await digests.hmac(`delivery ${id}`)).slice(0, 32)}`;
  const timestamp = Math.floor(now / 1000);
  const signature = await digests.hmac(`${messageId}.${timestamp}.${body}`);
  const bytes = signature.match(/../g)?.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))) ?? [];
  return {
    "webhook-id": messageId,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${btoa(bytes.join(""))}`,
  };
}

/** A subscription's secret as its owner sees it. */
export function showSecret(form: WebhookSignatures, secret: string): string {
  return form === "platform" ? secret : `whsec_${toBase64(secret)}`;
}

/** 32 bytes in base64url without padding, as the platform's secrets are, in base64. */
function toBase64(secret: string): string {
  return `${secret.replaceAll("-", "+").replaceAll("_", "/")}=`;
}
