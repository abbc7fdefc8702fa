/** HMAC-SHA256 and SHA-256, in hexadecimal. */
export interface Digests {
  sha256(text: string): Promise<string>;
  hmac(text: string): Promise<string>;
}

const encoder = new TextEncoder();

/** Digests with one secret: WebCrypto with a key that cannot be read back. */
export async function createDigests(secret: string): Promise<Digests> {
  // Absent on pages that are served over plain http.
  const { subtle } = crypto as Partial<typeof crypto>;
  if (subtle === undefined) return portableDigests(secret);
  const key = await subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return {
    sha256: async (text) => hex(await subtle.digest("SHA-256", encoder.encode(text))),
    hmac: async (text) => hex(await subtle.sign("HMAC", key, encoder.encode(text))),
  };
}

/** The same without WebCrypto; loaded only where it is needed. */
export async function portableDigests(secret: string): Promise<Digests> {
  const { hmac, sha256 } = await import("./portable.ts");
  const key = encoder.encode(secret);
  return {
    sha256: async (text) => hex(sha256(encoder.encode(text))),
    hmac: async (text) => hex(hmac(sha256, key, encoder.encode(text))),
  };
}

function hex(bytes: ArrayBuffer | Uint8Array): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += (byte < 16 ? "0" : "") + byte.toString(16);
  return text;
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let index = 0; index < a.length; index++)
    difference |= a.charCodeAt(index) ^ b.charCodeAt(index % (b.length || 1));
  return difference === 0;
}
