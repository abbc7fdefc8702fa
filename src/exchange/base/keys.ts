import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { randomStream, type RandomStream } from "./random.ts";

/** Where keys, secrets and signatures of tokens come from: nothing else of an exchange may come from here. */
export interface KeyStream extends RandomStream {
  /** Bytes that belong to a label: always the same ones, and nobody outside can know them. */
  derive(label: string): Uint8Array;
  /** The stream of a copy, from its beginning: what was drawn so far is the same, what comes next is the copy's own. */
  fork(): KeyStream;
}

const ROOT_BYTES = 32;
const WORDS = 8;

/** 256 bits that all keys of an exchange come from, as a text. */
export function generateRootKey(): string {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(ROOT_BYTES)));
}

/** From where on the stream comes from a root. */
interface Part {
  readonly from: number;
  root: Uint8Array | undefined;
}

/** HMAC-SHA256 in counter mode: whoever knows some of its output knows nothing of the rest. */
export function secureKeys(root?: string): KeyStream {
  return streamOf([{ from: 0, root: root === undefined ? undefined : rootOf(root) }]);
}

function streamOf(parts: readonly [Part, ...Part[]]): KeyStream {
  let drawn = 0;
  let block: DataView | undefined;
  let current = 0;

  return {
    bits() {
      const next = parts[current + 1];
      if (next !== undefined && drawn >= next.from) {
        current++;
        block = undefined;
      }
      const part = parts[current] as Part;
      const word = (drawn - part.from) % WORDS;
      if (word === 0 || block === undefined) {
        const bytes = hmac(sha256, bytesOf(part), utf8ToBytes(`keys ${(drawn - part.from - word) / WORDS}`));
        block = new DataView(bytes.buffer, bytes.byteOffset);
      }
      drawn++;
      return block.getUint32(word * 4);
    },
    derive: (label) => hmac(sha256, bytesOf(parts[0]), utf8ToBytes(`derive ${label}`)),
    fork: () => streamOf([...parts, { from: drawn, root: undefined }]),
  };
}

/** Read when it is first needed: in the global scope of a Worker there is no randomness. */
function bytesOf(part: Part): Uint8Array {
  return (part.root ??= rootOf(generateRootKey()));
}

function rootOf(text: string): Uint8Array {
  const bytes = hexToBytes(text);
  if (bytes.length !== ROOT_BYTES) throw new RangeError(`keys need ${ROOT_BYTES} bytes, not ${bytes.length}`);
  return bytes;
}

/** The same keys for the same seed: whoever has one key can compute all others. */
export function insecureKeys(seed: number): KeyStream {
  return {
    ...randomStream(seed, "keys"),
    derive: (label) => sha256(utf8ToBytes(`${seed} ${label}`)),
    fork: () => insecureKeys(seed),
  };
}
