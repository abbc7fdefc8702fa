import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "../journal/canonicalJson.ts";
import type { JsonValue } from "../json.ts";

/** Identifies a tool and its input. */
export function digestOf(name: string, input: JsonValue): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalJson([name, input]))));
}
