import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { equalInConstantTime } from "../../../signing/index.ts";
import type { KeyStream } from "../../base/keys.ts";

// The maximum in Workers.
const ITERATIONS = 100_000;
const SALT_BYTES = 16;
const HASH_BITS = 256;
const SCHEME = "pbkdf2-sha256";
// Hashes in older stores: SHA-256 without salt.
const LEGACY_PREFIX = "sha256:";

/** Hashes a password. The salt is derived from the exchange's keys and the email address. */
export function hashPassword(keys: KeyStream, email: string, password: string): Promise<string> {
  return hashWithSalt(password, keys.derive(`password of ${email}`).slice(0, SALT_BYTES), ITERATIONS);
}

/** Checks a password against the stored hash. Takes the same time if there is none. */
export async function verifyPassword(
  keys: KeyStream,
  email: string,
  password: string,
  stored: string | undefined,
): Promise<boolean> {
  const [scheme, iterations = "", salt = ""] = stored?.split("$") ?? [];
  if (stored !== undefined && scheme === SCHEME)
    return equalInConstantTime(stored, await hashWithSalt(password, hexToBytes(salt), Number(iterations)));
  await hashPassword(keys, email, password);
  return stored?.startsWith(LEGACY_PREFIX) === true && equalInConstantTime(stored, legacyHash(email, password));
}

async function hashWithSalt(password: string, salt: Uint8Array, iterations: number): Promise<string> {
  const hash = await deriveKey(utf8ToBytes(password), salt, iterations);
  return [SCHEME, iterations, bytesToHex(salt), bytesToHex(hash)].join("$");
}

async function deriveKey(password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  // Not available on pages served over plain HTTP.
  const { subtle } = crypto as Partial<typeof crypto>;
  if (subtle === undefined) return deriveKeyInJs(password, salt, iterations);
  const key = await subtle.importKey("raw", new Uint8Array(password), "PBKDF2", false, ["deriveBits"]);
  const params = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(salt), iterations };
  return new Uint8Array(await subtle.deriveBits(params, key, HASH_BITS));
}

/** PBKDF2 without WebCrypto; the module is loaded only if needed. */
export async function deriveKeyInJs(password: Uint8Array, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  const { pbkdf2Async } = await import("@noble/hashes/pbkdf2.js");
  return pbkdf2Async(sha256, password, salt, { c: iterations, dkLen: HASH_BITS / 8 });
}

function legacyHash(email: string, password: string): string {
  return LEGACY_PREFIX + bytesToHex(sha256(utf8ToBytes(`${email}\n${password}`)));
}
