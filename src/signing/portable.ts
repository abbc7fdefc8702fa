// What is needed where WebCrypto is absent, as a file of its own: bundlers leave the other hashes out of its chunk.
export { hmac } from "@noble/hashes/hmac.js";
export { sha256 } from "@noble/hashes/sha2.js";
