/** A stream of random bits. It uses 32-bit integers only, so all runtimes produce the same bits. */
export interface RandomStream {
  /** The next 32 random bits. */
  bits(): number;
}

/** A stream whose position can be stored: the position, not the seed, determines what follows. */
export interface SeededStream extends RandomStream {
  /** Its position: four 32-bit integers. */
  save(): readonly number[];
  /** Continues from a position that `save()` of any such stream returned. */
  restore(position: readonly number[]): void;
}

const GOLDEN = 0x9e3779b9;

/** Spreads all bits of `value` over all bits of the result. */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Derives an independent key for each purpose: `deriveKey(42, "price/BTCUSDT")`. */
export function deriveKey(seed: number, purpose: string): number {
  let key = mix((seed >>> 0) ^ mix(Math.floor(seed / 0x1_0000_0000) + GOLDEN));
  for (let at = 0; at < purpose.length; at++) key = mix(Math.imul(key, 31) + purpose.charCodeAt(at));
  return key;
}

/** The 32 random bits at a position. Stateless, so positions can be read in any order. */
export function bitsAt(key: number, row: number, column: number): number {
  return bitsInRow(rowKey(key, row), column);
}

/** The key of a row, for {@link bitsInRow}. */
export function rowKey(key: number, row: number): number {
  return mix(key ^ Math.imul(row + 1, GOLDEN));
}

/** {@link bitsAt} for a row whose key is known, which takes half the time. */
export function bitsInRow(key: number, column: number): number {
  return mix(key + Math.imul(column, 0xc2b2ae3d));
}

/** Creates a stream of random bits (sfc32). */
export function randomStream(seed: number, purpose: string): SeededStream {
  const key = deriveKey(seed, purpose);
  let a = mix(key + 1);
  let b = mix(key + 2);
  let c = mix(key + 3);
  let counter = 1;
  function bits(): number {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    return result >>> 0;
  }
  for (let round = 0; round < 12; round++) bits();
  return {
    bits,
    save: () => [a, b, c, counter],
    restore(position) {
      [a = 0, b = 0, c = 0, counter = 0] = position;
    },
  };
}

function charCodesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

const HEX_DIGITS = charCodesOf("0123456789abcdef");
const uuid = charCodesOf("00000000-0000-0000-0000-000000000000");
const DIGIT_POSITIONS = [...uuid.keys()].filter((position) => uuid[position] === HEX_DIGITS[0]);

/** Writes 32 bits as a quarter of the UUID's digits. */
function writeQuarter(quarter: number, bits: number): void {
  for (let digit = 0; digit < 8; digit++)
    uuid[DIGIT_POSITIONS[quarter * 8 + digit] as number] = HEX_DIGITS[(bits >>> (28 - 4 * digit)) & 15] as number;
}

/** The next random UUID (version 4) of a stream. */
export function randomUuid(stream: RandomStream): string {
  writeQuarter(0, stream.bits());
  writeQuarter(1, (stream.bits() & 0xffff0fff) | 0x4000);
  writeQuarter(2, (stream.bits() & 0x3fffffff) | 0x80000000);
  writeQuarter(3, stream.bits());
  // Concatenation would keep the string as a tree of its parts, which takes five times the memory.
  return String.fromCharCode(...uuid);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The next `length` random characters of `A-Z a-z 0-9 - _`. */
export function randomString(stream: RandomStream, length: number): string {
  let text = "";
  while (text.length < length) {
    let bits = stream.bits();
    for (let taken = 0; taken < 5 && text.length < length; taken++, bits >>>= 6) text += ALPHABET[bits & 63];
  }
  return text;
}
