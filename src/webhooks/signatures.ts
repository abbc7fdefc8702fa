import { createDigests, equalInConstantTime } from "../signing/index.ts";
import { WebhookError } from "./error.ts";

/** The secrets of a receiver, by the form of signature that they are for. */
export interface Secrets {
  /** The platform's: their characters are the key. */
  readonly platform: readonly string[];
  /** Those of Standard Webhooks: the key in base64. */
  readonly standard: readonly Uint8Array[];
}

/** A verified delivery in the form of Standard Webhooks. */
export interface StandardStamp {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

const PREFIX = "whsec_";
// The platform sends the first. Its guide names the second, with the prefix `sha256=`.
const PLATFORM_HEADERS = ["x-webhook-signature", "x-tradeready-signature"] as const;

/** Undefined if a secret is not one. */
export function parseSecrets(secrets: string | readonly string[]): Secrets | undefined {
  const all: readonly unknown[] = [secrets].flat();
  const platform: string[] = [];
  const standard: Uint8Array[] = [];
  for (const secret of all) {
    if (typeof secret !== "string" || secret.trim() === "") return undefined;
    if (!secret.startsWith(PREFIX)) platform.push(secret);
    else {
      const key = fromBase64(secret.slice(PREFIX.length));
      if (key === undefined || key.length === 0) return undefined;
      standard.push(key);
    }
  }
  return all.length === 0 ? undefined : { platform, standard };
}

/** Undefined if the text is not base64. */
function fromBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** Verifies the platform's signature: HMAC-SHA256 of the body, in hexadecimal. */
export async function verifyPlatform(headers: Headers, body: Uint8Array, { platform }: Secrets): Promise<void> {
  const values = PLATFORM_HEADERS.flatMap((name) => headers.get(name) ?? []);
  // Of several headers, a proxy may have read another one than this.
  const [, signature] = (values.length === 1 && /^(?:sha256=)?([0-9a-f]{64})$/i.exec(values[0] ?? "")) || [];
  if (signature === undefined || platform.length === 0) throw new WebhookError("unsigned");
  await compare([signature.toLowerCase()], body, platform);
}

/** Whether a request claims to be signed as Standard Webhooks are. */
export function isStandard(headers: Headers, { standard }: Secrets): boolean {
  return standard.length > 0 && headers.has("webhook-signature");
}

/** Verifies a signature of Standard Webhooks: HMAC-SHA256 of id, timestamp and body. */
export async function verifyStandard(
  headers: Headers,
  body: Uint8Array,
  { standard }: Secrets,
  now: number,
  tolerance: number,
): Promise<StandardStamp> {
  const id = headers.get("webhook-id") ?? "";
  const time = headers.get("webhook-timestamp") ?? "";
  const signatures = (headers.get("webhook-signature") ?? "")
    .split(" ")
    .flatMap((each) => (each.startsWith("v1,") ? (toHex(each.slice(3)) ?? []) : []));
  // A comma or a space would mean that the header was sent twice.
  if (!/^[!-+\--~]{1,256}$/.test(id) || !/^\d{1,12}$/.test(time) || signatures.length === 0)
    throw new WebhookError("unsigned");
  const start = new TextEncoder().encode(`${id}.${time}.`);
  const signed = new Uint8Array(start.length + body.length);
  signed.set(start);
  signed.set(body, start.length);
  await compare(signatures, signed, standard);
  const timestamp = Number(time);
  if (Math.abs(now - timestamp * 1000) > tolerance) throw new WebhookError("expired");
  return { id, timestamp };
}

function toHex(base64: string): string | undefined {
  const bytes = fromBase64(base64);
  return bytes?.length === 32 ? Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") : undefined;
}

/** Compares all signatures with those of all secrets, so that the time does not tell which one matched. */
async function compare(
  signatures: readonly string[],
  signed: Uint8Array,
  keys: readonly (string | Uint8Array)[],
): Promise<void> {
  let matches = false;
  for (const key of keys) {
    const expected = await (await createDigests(key)).hmac(signed);
    for (const signature of signatures) matches = equalInConstantTime(expected, signature) || matches;
  }
  if (!matches) throw new WebhookError("wrong-signature");
}
