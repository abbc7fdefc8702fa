import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { equalInConstantTime } from "../../../signing/index.ts";
import type { KeyStream } from "../../base/keys.ts";

// The most that Workers allow.
const ITERATIONS = 100_000;
const SALT_BYTES = 16;
const HASH_BITS = 256;
const KIND = "pbkdf2-sha256";
// Of older stores: SHA-256 without salt.
const OLD_KIND = "sha256:";

/** What a password is kept as: it can be compared, not read. The salt is the exchange's own for the address. */
export function hashPassword(keys: KeyStream, email: string, password: string): Promise<string> {
  return hashWithSalt(password, keys.derive(`password of ${email}`).slice(0, SALT_BYTES), ITERATIONS);
}

/** Whether a password is that of what is kept; takes as long when nothing is. */
export async function verifyPassword(
  keys: KeyStream,
  email: string,
  password: string,
  kept: string | undefined,
): Promise<boolean> {
  const [kind, iterations = "", salt = ""] = kept?.split("$") ?? [];
  if (kept !== undefined && kind === KIND)
    return equalInConstantTime(kept, await hashWithSalt(password, hexToBytes(salt), Number(iterations)));
  await hashPassword(keys, email, password);
  return kept?.startsWith(OLD_KIND) === true && equalInConstantTime(kept, legacyHash(email, password));
}

async function hashWithSalt(password: string, salt: Uint8Array, iterations: number): Promise<string> {
  const hash = await deriveKey(utf8ToBytes(password), salt, iterations);
  return [KIND, iterations, bytesToHex(salt), bytesToHex(hash)].join("$");
}

async function deriveKey(password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  // Absent on pages that are served over plain http.
  const { subtle } = crypto as Partial<typeof crypto>;
  if (subtle === undefined) return deriveKeyInJs(password, salt, iterations);
  const key = await subtle.importKey("raw", new Uint8Array(password), "PBKDF2", false, ["deriveBits"]);
  const kind = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations };
  return new Uint8Array(await subtle.deriveBits(kind, key, HASH_BITS));
}

/** The same without WebCrypto; loaded only where it is needed. */
export async function deriveKeyInJs(password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  const { pbkdf2Async } = await import("@noble/hashes/pbkdf2.js");
  return pbkdf2Async(sha256, password, salt, { c: iterations, dkLen: HASH_BITS / 8 });
}

function legacyHash(email: string, password: string): string {
  return OLD_KIND + bytesToHex(sha256(utf8ToBytes(`${email}\n${password}`)));
}
