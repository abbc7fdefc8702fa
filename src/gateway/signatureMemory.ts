import type { Clock } from "../transport/index.ts";

/** Signatures that are remembered at most: 5 per millisecond for the time in which they are valid. */
const MAX_REMEMBERED = 300_000;

/** Milliseconds between two times at which expired signatures are forgotten. */
const FORGET_INTERVAL = 10_000;

/** Where signatures are kept. */
export interface SignatureRecords {
  /** Adds one; false if it is there already. */
  add(signature: string, validUntil: number): boolean;
  /** Forgets those that were valid until before a time. Returns whether there were any. */
  forget(before: number): boolean;
  readonly size: number;
  /** The latest time until which signatures were forgotten, which a restart must not lose. */
  forgottenUntil: number;
}

/** Says for each signature whether it comes for the first time. */
export interface SignatureMemory {
  remember(signature: string, validUntil: number): boolean;
}

/**
 * A signature is valid for at most a minute, from 30 s before its timestamp to 30 s after it, so it is remembered until
 * then. One that could have been forgotten is refused: with a clock that is wrong or was set back, valid requests fail, but
 * none succeeds twice.
 */
export function createSignatureMemory(records: SignatureRecords, clock: Pick<Clock, "now">): SignatureMemory {
  let lastForgotten = -Infinity;
  return {
    remember(signature, validUntil) {
      const now = clock.now();
      if (Math.abs(now - lastForgotten) >= FORGET_INTERVAL) {
        lastForgotten = now;
        if (records.forget(now)) records.forgottenUntil = Math.max(records.forgottenUntil, now);
      }
      if (validUntil < records.forgottenUntil || records.size >= MAX_REMEMBERED) return false;
      return records.add(signature, validUntil);
    },
  };
}

/** Keeps signatures in memory, by the second in which they expire. */
export function memorySignatures(): SignatureRecords {
  const bySecond = new Map<number, Set<string>>();
  let size = 0;
  return {
    forgottenUntil: -Infinity,
    add(signature, validUntil) {
      const second = Math.floor(validUntil / 1000);
      const known = bySecond.get(second) ?? new Set();
      bySecond.set(second, known);
      if (known.has(signature)) return false;
      known.add(signature);
      size++;
      return true;
    },
    forget(before) {
      const sizeBefore = size;
      for (const [second, { size: count }] of bySecond) {
        if ((second + 1) * 1000 > before) continue;
        bySecond.delete(second);
        size -= count;
      }
      return size < sizeBefore;
    },
    get size() {
      return size;
    },
  };
}
