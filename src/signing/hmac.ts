/** HMAC-SHA256 with one secret, and SHA-256, in hexadecimal. */
export interface Digests {
  sha256(text: string): string;
  hmac(message: string | Uint8Array): Promise<string>;
}

const encoder = new TextEncoder();

/** The type is inferred: WebCrypto's arguments have different types in browsers and in Workers. */
function toBytes(value: string | Uint8Array) {
  return typeof value === "string" ? encoder.encode(value) : new Uint8Array(value);
}

/** Most requests have no body. */
const SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * The HMAC is WebCrypto's where that exists, with a key that cannot be exported. SHA-256 is computed in JavaScript: it
 * involves no secret, and for an order's body a trip through WebCrypto's thread costs ten times as much.
 */
export async function createDigests(secret: string | Uint8Array): Promise<Digests> {
  const portable = portableDigests(secret);
  // Missing on pages served over plain http.
  const { subtle } = crypto as Partial<typeof crypto>;
  if (subtle === undefined) return portable;
  const key = await subtle.importKey("raw", toBytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return {
    ...(await portable),
    hmac: async (message) => hex(new Uint8Array(await subtle.sign("HMAC", key, toBytes(message)))),
  };
}

/** The same in JavaScript. Its code is loaded with the first signature. */
export async function portableDigests(secret: string | Uint8Array): Promise<Digests> {
  const { hmac, sha256 } = await import("./portable.ts");
  const key = toBytes(secret);
  return {
    sha256: (text) => (text === "" ? SHA256_OF_NOTHING : hex(sha256(encoder.encode(text)))),
    hmac: async (message) => hex(hmac(sha256, key, toBytes(message))),
  };
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Formats bytes in hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let digits = "";
  for (const byte of bytes) digits += HEX[byte];
  return digits;
}

/** Compares two strings in a time that does not reveal where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++)
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % (b.length || 1));
  return difference === 0;
}
