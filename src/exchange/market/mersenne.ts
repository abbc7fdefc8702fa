import { wordAt } from "../base/at.ts";

/** MT19937, seeded by the 32-bit words of an integer. The platform fills its order books with this generator. */
export interface Mersenne {
  /** The next number in `[0, 1)`, with 53 random bits. */
  fraction(): number;
}

const SIZE = 624;
const MIDDLE = 397;

/** Creates a generator from a non-negative seed. */
export function mersenne(seed: bigint): Mersenne {
  const words: number[] = [];
  for (let rest = seed; rest > 0n || words.length === 0; rest >>= 32n) words.push(Number(rest & 0xffffffffn));
  const state = initState(Uint32Array.from(words));
  let at = SIZE;

  function nextWord(): number {
    if (at === SIZE) {
      regenerate(state);
      at = 0;
    }
    let word = wordAt(state, at++);
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  return {
    fraction() {
      const high = nextWord() >>> 5;
      return (high * 0x4000000 + (nextWord() >>> 6)) / 0x20000000000000;
    },
  };
}

function initState(words: Uint32Array): Uint32Array {
  const state = new Uint32Array(SIZE);
  state[0] = 19650218;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, previous(state, i)) + i;
  let i = 1;
  let j = 0;
  for (let round = Math.max(SIZE, words.length); round > 0; round--) {
    state[i] = (wordAt(state, i) ^ Math.imul(previous(state, i), 1664525)) + wordAt(words, j) + j;
    if (++i === SIZE) {
      state[0] = wordAt(state, SIZE - 1);
      i = 1;
    }
    if (++j === words.length) j = 0;
  }
  for (let round = SIZE - 1; round > 0; round--) {
    state[i] = (wordAt(state, i) ^ Math.imul(previous(state, i), 1566083941)) - i;
    if (++i === SIZE) {
      state[0] = wordAt(state, SIZE - 1);
      i = 1;
    }
  }
  state[0] = 0x80000000;
  return state;
}

/** The word before `i` with its top two bits folded in. */
function previous(state: Uint32Array, i: number): number {
  const word = wordAt(state, i - 1);
  return word ^ (word >>> 30);
}

function regenerate(state: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const joined = (wordAt(state, i) & 0x80000000) | (wordAt(state, (i + 1) % SIZE) & 0x7fffffff);
    state[i] = wordAt(state, (i + MIDDLE) % SIZE) ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  }
}
