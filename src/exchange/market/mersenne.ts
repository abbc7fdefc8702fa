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
  const state = initState(words);
  let at = SIZE;

  function nextWord(): number {
    if (at === SIZE) {
      regenerate(state);
      at = 0;
    }
    let word = state[at++] as number;
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

function initState(words: readonly number[]): Uint32Array {
  const state = new Uint32Array(SIZE);
  state[0] = 19650218;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, previous(state, i)) + i;
  let i = 1;
  let j = 0;
  for (let round = Math.max(SIZE, words.length); round > 0; round--) {
    state[i] = ((state[i] as number) ^ Math.imul(previous(state, i), 1664525)) + (words[j] as number) + j;
    if (++i === SIZE) {
      state[0] = state[SIZE - 1] as number;
      i = 1;
    }
    if (++j === words.length) j = 0;
  }
  for (let round = SIZE - 1; round > 0; round--) {
    state[i] = ((state[i] as number) ^ Math.imul(previous(state, i), 1566083941)) - i;
    if (++i === SIZE) {
      state[0] = state[SIZE - 1] as number;
      i = 1;
    }
  }
  state[0] = 0x80000000;
  return state;
}

/** The word before `i` with its top two bits folded in. */
function previous(state: Uint32Array, i: number): number {
  const word = state[i - 1] as number;
  return word ^ (word >>> 30);
}

function regenerate(state: Uint32Array): void {
  for (let i = 0; i < SIZE; i++) {
    const joined = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % SIZE] as number) & 0x7fffffff);
    state[i] = (state[(i + MIDDLE) % SIZE] as number) ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
  }
}
