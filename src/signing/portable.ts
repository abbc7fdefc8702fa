// Re-exported in a separate file, so that bundlers keep the other hashes out of its chunk.
export { hmac } from "@noble/hashes/hmac.js";
export { sha256 } from "@noble/hashes/sha2.js";
