import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const PREFIX = "sha256:";

/** What is kept of a password: it can be compared, not read. */
export function passwordDigest(email: string | undefined, password: string): string {
  return PREFIX + bytesToHex(sha256(utf8ToBytes(`${email ?? ""}\n${password}`)));
}
