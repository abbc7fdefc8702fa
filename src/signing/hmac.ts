/** HMAC-SHA256 with one secret, and SHA-256, in hexadecimal. */
export interface Digests {
  sha256(text: string): string;
  hmac(text: string): Promise<string>;
}

const encoder = new TextEncoder();

/** Most requests have no body. */
const SHA256_OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/**
 * The HMAC is WebCrypto's where that exists, with a key that cannot be exported. SHA-256 is computed in JavaScript: it
 * involves no secret, and for an order's body a trip through WebCrypto's thread costs ten times as much.
 */
export async function createDigests(secret: string): Promise<Digests> {
  const portable = portableDigests(secret);
  // Missing on pages served over plain http.
  const { subtle } = crypto as Partial<typeof crypto>;
  if (subtle === undefined) return portable;
  const key = await subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return {
    ...(await portable),
    hmac: async (text) => hex(new Uint8Array(await subtle.sign("HMAC", key, encoder.encode(text)))),
  };
}

/** The same in JavaScript. Its code is loaded with the first signature. */
export async function portableDigests(secret: string): Promise<Digests> {
  const { hmac, sha256 } = await import("./portable.ts");
  const key = encoder.encode(secret);
  return {
    sha256: (text) => (text === "" ? SHA256_OF_NOTHING : hex(sha256(encoder.encode(text)))),
    hmac: async (text) => hex(hmac(sha256, key, encoder.encode(text))),
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
