import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { equalInConstantTime } from "../signing/index.ts";

// 72 random bits: even among a billion shards no two are equal, so none has to be looked up before it is used.
const NAME_BYTES = 9;
// 48 bits show that this Worker named the shard, so that a made-up name reaches no object.
const PROOF_BYTES = 6;
const NAME_LENGTH = (NAME_BYTES * 4) / 3;
const ID_LENGTH = NAME_LENGTH + (PROOF_BYTES * 4) / 3;
const MIN_SECRET_LENGTH = 32;

/** Names the shards of an exchange, and recognises them. Nothing is stored: all of it follows from the secret. */
export interface Shards {
  /** A new shard. */
  create(): string;
  /** The shard of whoever registers with an email address, so that the address alone finds it. */
  ofEmail(email: string): string;
  /** The shard at the start of a text, such as an API key without its prefix; undefined if it names none. */
  read(text: string): string | undefined;
  /** The shard's root key, 256 bits in hex. */
  rootKey(id: string): string;
}

/** @throws TypeError if the secret is too short */
export function createShards(secret: string): Shards {
  if (secret.length < MIN_SECRET_LENGTH)
    throw new TypeError(
      `EXCHANGE_SECRET must have at least ${MIN_SECRET_LENGTH} characters, such as 32 random bytes in hex.`,
    );
  const key = utf8ToBytes(secret);
  const digest = (purpose: string, text: string): Uint8Array => hmac(sha256, key, utf8ToBytes(`${purpose} ${text}`));
  const prove = (name: string): string => base64url(digest("shard", name).slice(0, PROOF_BYTES));
  const withProof = (bytes: Uint8Array): string => {
    const name = base64url(bytes);
    return name + prove(name);
  };
  return {
    create: () => withProof(crypto.getRandomValues(new Uint8Array(NAME_BYTES))),
    ofEmail: (email) => withProof(digest("email", email).slice(0, NAME_BYTES)),
    read(text) {
      const id = text.slice(0, ID_LENGTH);
      const name = id.slice(0, NAME_LENGTH);
      return id.length === ID_LENGTH && equalInConstantTime(id, name + prove(name)) ? id : undefined;
    },
    rootKey: (id) => bytesToHex(digest("keys", id)),
  };
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
