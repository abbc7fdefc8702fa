import { wordAt } from "../base/at.ts";
import { compare, type Decimal28 } from "../base/amount.ts";

/** Each block has this many of the level below it; the lowest level are single prices. */
const BLOCK = 16;

interface Level {
  /** Prices per block. */
  readonly size: number;
  /** Positions of each block's first highest and first lowest price. */
  readonly highest: Uint32Array;
  readonly lowest: Uint32Array;
}

/** Finds extremes in a list of prices without reading all of them: it knows those of blocks of 16, of 256, and so on. */
export class PriceIndex {
  readonly #length: number;
  readonly #price: (position: number) => Decimal28;
  readonly #levels: Level[] = [];

  constructor(length: number, price: (position: number) => Decimal28) {
    this.#length = length;
    this.#price = price;
    for (let size = BLOCK; size <= length; size *= BLOCK) {
      const count = Math.floor(length / size);
      const level: Level = { size, highest: new Uint32Array(count), lowest: new Uint32Array(count) };
      for (let block = 0; block < count; block++) {
        level.highest[block] = this.extreme(block * size, (block + 1) * size - 1, 1);
        level.lowest[block] = this.extreme(block * size, (block + 1) * size - 1, -1);
      }
      this.#levels.push(level);
    }
  }

  /** Position of the first highest (`sign` 1) or lowest (-1) price of `[first, last]`. */
  extreme(first: number, last: number, sign: 1 | -1): number {
    let best = first;
    let next = first;
    while (next <= last) {
      const level = this.#levelAt(next, last);
      const found = level === undefined ? next : extremeOf(level, next, sign);
      if (sign * compare(this.#price(found), this.#price(best)) > 0) best = found;
      next += level?.size ?? 1;
    }
    return best;
  }

  /** The first position from `first` on with a price `<= below` or `>= above`. */
  firstOutside(first: number, below: Decimal28 | undefined, above: Decimal28 | undefined): number | undefined {
    const isOutside = (low: number, high: number): boolean =>
      (below !== undefined && compare(this.#price(low), below) <= 0) ||
      (above !== undefined && compare(this.#price(high), above) >= 0);
    let next = first;
    while (next < this.#length) {
      let level = this.#levelAt(next, this.#length - 1);
      // Enters a block that has such a price, level by level.
      while (level !== undefined && isOutside(extremeOf(level, next, -1), extremeOf(level, next, 1)))
        level = this.#levels[this.#levels.indexOf(level) - 1];
      if (level === undefined && isOutside(next, next)) return next;
      next += level?.size ?? 1;
    }
    return undefined;
  }

  /** The highest level with a block that starts at `first` and ends by `last`. */
  #levelAt(first: number, last: number): Level | undefined {
    return this.#levels.findLast(({ size }) => first % size === 0 && first + size - 1 <= last);
  }
}

function extremeOf({ size, highest, lowest }: Level, first: number, sign: 1 | -1): number {
  return wordAt(sign === 1 ? highest : lowest, first / size);
}
