import { at } from "./at.ts";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { randomStream, type RandomStream } from "./random.ts";

/** Source of API keys, secrets and token signatures. Nothing else may draw from it. */
export interface KeyStream extends RandomStream {
  /** Secret bytes for a label, always the same. */
  derive(label: string): Uint8Array;
  /** The stream of a fork: repeats the values drawn so far, then continues with different ones. */
  fork(): KeyStream;
}

const ROOT_BYTES = 32;
const WORDS = 8;

/** 256 random bits in hex, from which all keys of an exchange are derived. */
export function generateRootKey(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(ROOT_BYTES)));
}

/** A section of the stream that is derived from one root key. */
interface Section {
  /** Index of the first value. */
  readonly from: number;
  root: Uint8Array | undefined;
}

/** HMAC-SHA256 in counter mode: knowing some of its output reveals nothing about the rest. */
export function secureKeys(root?: string): KeyStream {
  return createStream([{ from: 0, root: root === undefined ? undefined : decodeRootKey(root) }]);
}

function createStream(sections: readonly [Section, ...Section[]]): KeyStream {
  let drawn = 0;
  let block: DataView | undefined;
  let current = 0;

  return {
    bits() {
      const next = sections[current + 1];
      if (next !== undefined && drawn >= next.from) {
        current++;
        block = undefined;
      }
      const section = at(sections, current);
      const word = (drawn - section.from) % WORDS;
      if (word === 0 || block === undefined) {
        const bytes = hmac(sha256, rootKeyOf(section), utf8ToBytes(`keys ${(drawn - section.from - word) / WORDS}`));
        block = new DataView(bytes.buffer, bytes.byteOffset);
      }
      drawn++;
      return block.getUint32(word * 4);
    },
    derive: (label) => hmac(sha256, rootKeyOf(sections[0]), utf8ToBytes(`derive ${label}`)),
    fork: () => createStream([...sections, { from: drawn, root: undefined }]),
  };
}

/** Created on first use: a Worker has no randomness in its global scope. */
function rootKeyOf(section: Section): Uint8Array {
  return (section.root ??= decodeRootKey(generateRootKey()));
}

function decodeRootKey(text: string): Uint8Array {
  const bytes = hexToBytes(text);
  if (bytes.length !== ROOT_BYTES)
    throw new RangeError(`the root key must have ${ROOT_BYTES} bytes, received ${bytes.length}`);
  return bytes;
}

/** Derives keys from a seed, for tests: anyone who has one key can compute all others. */
export function insecureKeys(seed: number): KeyStream {
  return {
    ...randomStream(seed, "keys"),
    derive: (label) => sha256(utf8ToBytes(`${seed} ${label}`)),
    fork: () => insecureKeys(seed),
  };
}
