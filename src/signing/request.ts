import { createDigests, equalInConstantTime, hex, type Digests } from "./hmac.ts";

/** Milliseconds before and after its timestamp in which a signature is valid. */
const WINDOW = 30_000;

/** The parts of a request that are signed. */
export interface SignableRequest {
  readonly method: string;
  /** Path and query: `/api/v1/trade/order`. */
  readonly target: string;
  /** Undefined or empty without a body. */
  readonly body?: string | undefined;
}

/** The headers of a signed request. */
// A type alias, because an interface is not assignable to a record of strings, as `new Headers()` takes.
export type SignatureHeaders = {
  /** Unix milliseconds. */
  readonly "X-Timestamp": string;
  /** Different for every request. */
  readonly "X-Nonce": string;
  /** HMAC-SHA256 in hexadecimal. */
  readonly "X-Signature": string;
};

export interface SignOptions {
  /** Unix milliseconds; default the current time. */
  readonly timestamp?: number | undefined;
  /** Default: 32 random hexadecimal digits. */
  readonly nonce?: string | undefined;
}

export interface VerifyOptions {
  /** Unix milliseconds; default the current time. */
  readonly now?: number | undefined;
  /** Milliseconds by which the timestamp may differ from `now`; default 30 000. */
  readonly window?: number | undefined;
}

/**
 * Signs a request with an account's secret: HMAC-SHA256 of the timestamp, the method, the path with its query, and the
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

/** Creates a signer that imports its key only once. */
export function createSigner(
  secret: string,
): (request: SignableRequest, options?: SignOptions) => Promise<SignatureHeaders> {
  let digests: Promise<Digests> | undefined;
  return async (request, options = {}) => sign(await (digests ??= createDigests(secret)), request, options);
}

/**
 * Checks that a request was signed with this secret within the last 30 s and has not changed since. The comparison takes
 * constant time. The nonce is not signed: to reject replays, remember the signatures of the last minute.
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
  const expected = await computeSignature(
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
  return { "X-Timestamp": time, "X-Nonce": nonce, "X-Signature": await computeSignature(digests, request, time) };
}

/** Unlike `crypto.randomUUID`, this also works on pages served over plain http. */
function randomNonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

function computeSignature(
  digests: Digests,
  { method, target, body = "" }: SignableRequest,
  timestamp: string,
): Promise<string> {
  return digests.hmac([timestamp, method.toUpperCase(), target, digests.sha256(body)].join("\n"));
}
