import { createDigests, equalInConstantTime, type Digests } from "./hmac.ts";

/** A signature holds this long before and after its timestamp. */
const WINDOW = 30_000;

/** What is signed of a request. */
export interface SignableRequest {
  readonly method: string;
  /** Path and query: `/api/v1/trade/order`. */
  readonly target: string;
  /** Body text; undefined or empty when there is none. */
  readonly body?: string | undefined;
}

/** The headers of a signed request. */
// A type, since only those can stand where a record of texts is wanted, as in `new Headers()`.
export type SignatureHeaders = {
  /** Unix milliseconds. */
  readonly "X-Timestamp": string;
  /** Different for every request. */
  readonly "X-Nonce": string;
  /** HMAC-SHA256 in hexadecimal. */
  readonly "X-Signature": string;
};

export interface SignOptions {
  /** Unix milliseconds; default now. */
  readonly timestamp?: number | undefined;
  /** Default 32 random hexadecimal digits. */
  readonly nonce?: string | undefined;
}

export interface VerifyOptions {
  /** Unix milliseconds; default now. */
  readonly now?: number | undefined;
  /** Milliseconds that the timestamp may be off; default 30 000. */
  readonly window?: number | undefined;
}

/**
 * Signs a request with an account's secret: HMAC-SHA256 over timestamp, method, path with query, and the
 * SHA-256 of the body, joined by line feeds.
 *
 * @example
 * ```ts
 * const headers = await signRequest({ method: "GET", target: "/api/v1/account/balance" }, "sk_live_example");
 * console.log(headers["X-Signature"].length); // 64
 * ```
 */
export async function signRequest(
  request: SignableRequest,
  secret: string,
  options: SignOptions = {},
): Promise<SignatureHeaders> {
  return sign(await createDigests(secret), request, options);
}

/** A signer that imports its key once, for a client's many requests. */
export function createSigner(
  secret: string,
): (request: SignableRequest, options?: SignOptions) => Promise<SignatureHeaders> {
  let digests: Promise<Digests> | undefined;
  return async (request, options = {}) => sign(await (digests ??= createDigests(secret)), request, options);
}

/**
 * Whether a request was signed with this secret, unchanged since, no longer than 30 s ago. Comparison takes
 * the same time wherever signatures differ. The nonce is not signed: to refuse replays, remember the
 * signatures of the last minute.
 *
 * @example
 * ```ts
 * const target = "/api/v1/account/balance";
 * const headers = await signRequest({ method: "GET", target }, "sk_live_example");
 * const request = new Request(`http://localhost:8000${target}`, { headers });
 * console.log(await verifyRequest(request, "sk_live_example")); // true
 * ```
 */
export async function verifyRequest(request: Request, secret: string, options: VerifyOptions = {}): Promise<boolean> {
  const { pathname, search } = new URL(request.url);
  const timestamp = request.headers.get("X-Timestamp") ?? "";
  const signature = request.headers.get("X-Signature") ?? "";
  if (!/^\d{1,15}$/.test(timestamp) || request.headers.get("X-Nonce") === null) return false;
  if (Math.abs((options.now ?? Date.now()) - Number(timestamp)) > (options.window ?? WINDOW)) return false;
  const body = await request.clone().text();
  const expected = await signature256(
    await createDigests(secret),
    { method: request.method, target: pathname + search, body },
    timestamp,
  );
  return equalInConstantTime(expected, signature.toLowerCase());
}

async function sign(
  digests: Digests,
  request: SignableRequest,
  { timestamp = Date.now(), nonce = randomNonce() }: SignOptions,
): Promise<SignatureHeaders> {
  const time = String(timestamp);
  return { "X-Timestamp": time, "X-Nonce": nonce, "X-Signature": await signature256(digests, request, time) };
}

/** Unlike `randomUUID`, also on pages that are served over plain http. */
function randomNonce(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function signature256(
  digests: Digests,
  { method, target, body = "" }: SignableRequest,
  timestamp: string,
): Promise<string> {
  return digests.hmac([timestamp, method.toUpperCase(), target, await digests.sha256(body)].join("\n"));
}
