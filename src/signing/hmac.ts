/** HMAC-SHA256 with one secret, and SHA-256, in hexadecimal. */
export interface Digests {
  sha256(text: string): Promise<string>;
  hmac(text: string): Promise<string>;
}

const encoder = new TextEncoder();

/** Uses WebCrypto where it exists, with a key that cannot be exported. */
export async function createDigests(secret: string): Promise<Digests> {
  // Missing on pages served over plain http.
  const { subtle } = crypto as Partial<typeof crypto>;
  if (subtle === undefined) return portableDigests(secret);
  const key = await subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return {
    sha256: async (text) => hex(await subtle.digest("SHA-256", encoder.encode(text))),
    hmac: async (text) => hex(await subtle.sign("HMAC", key, encoder.encode(text))),
  };
}

/** The same in JavaScript, loaded only where WebCrypto is missing. */
export async function portableDigests(secret: string): Promise<Digests> {
  const { hmac, sha256 } = await import("./portable.ts");
  const key = encoder.encode(secret);
  return {
    sha256: async (text) => hex(sha256(encoder.encode(text))),
    hmac: async (text) => hex(hmac(sha256, key, encoder.encode(text))),
  };
}

function hex(bytes: ArrayBuffer | Uint8Array): string {
  let digits = "";
  for (const byte of new Uint8Array(bytes)) digits += byte.toString(16).padStart(2, "0");
  return digits;
}

/** Compares two strings in a time that does not reveal where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++)
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % (b.length || 1));
  return difference === 0;
}
