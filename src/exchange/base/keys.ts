import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { randomStream, type SeededStream } from "./random.ts";

/** Source of API keys, secrets and token signatures. Nothing else may draw from it. */
export interface KeyStream extends SeededStream {
  /** Secret bytes for a label, always the same. */
  derive(label: string): Uint8Array;
  /** The stream of a fork: other values, the same derived bytes. */
  fork(): KeyStream;
}

const ROOT_BYTES = 32;
const WORDS = 8;

/** 256 random bits in hex, from which all keys of an exchange are derived. */
export function generateRootKey(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(ROOT_BYTES)));
}

/** A root key that is created on first use: a Worker has no randomness in its global scope. */
interface RootKey {
  bytes: Uint8Array | undefined;
}

/** HMAC-SHA256 in counter mode: knowing some of its output reveals nothing about the rest. */
export function secureKeys(root?: string): KeyStream {
  const key = { bytes: root === undefined ? undefined : decodeRootKey(root) };
  return createStream(key, key);
}

/** Values come from one root key, derived bytes from the root key of the exchange that was forked first. */
function createStream(root: RootKey, derivationRoot: RootKey): KeyStream {
  let drawn = 0;
  let block: DataView | undefined;
  return {
    bits() {
      const word = drawn % WORDS;
      if (word === 0 || block === undefined) {
        const bytes = hmac(sha256, bytesOf(root), utf8ToBytes(`keys ${(drawn - word) / WORDS}`));
        block = new DataView(bytes.buffer, bytes.byteOffset);
      }
      drawn++;
      return block.getUint32(word * 4);
    },
    save: () => [drawn],
    restore([position = 0]) {
      drawn = position;
      block = undefined;
    },
    derive: (label) => hmac(sha256, bytesOf(derivationRoot), utf8ToBytes(`derive ${label}`)),
    fork: () => createStream({ bytes: undefined }, derivationRoot),
  };
}

function bytesOf(root: RootKey): Uint8Array {
  return (root.bytes ??= decodeRootKey(generateRootKey()));
}

function decodeRootKey(text: string): Uint8Array {
  const bytes = hexToBytes(text);
  if (bytes.length !== ROOT_BYTES)
    throw new RangeError(`the root key must have ${ROOT_BYTES} bytes, received ${bytes.length}`);
  return bytes;
}

/** Derives keys from a seed, for tests: anyone who has one key can compute all others. */
export function insecureKeys(seed: number): KeyStream {
  const stream = randomStream(seed, "keys");
  return {
    ...stream,
    derive: (label) => sha256(utf8ToBytes(`${seed} ${label}`)),
    fork() {
      const fork = insecureKeys(seed);
      fork.restore(stream.save());
      return fork;
    },
  };
}
