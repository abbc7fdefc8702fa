// Equity over time in bounded memory: when a curve is full, every second point goes, and later ones come half as often.

export interface Point {
  /** Unix milliseconds. */
  readonly time: number;
  readonly value: number;
}

/** Fewer than a chart has pixels, more than an eye can tell apart. */
export const MAX_POINTS = 512;

/** A curve whose kept points are equally far apart. */
export class Curve {
  readonly #points: Point[];
  #stride: number;
  /** Points since the last one that was kept. */
  #skipped: number;
  #last: Point | undefined;

  constructor(from?: Curve) {
    this.#points = from === undefined ? [] : [...from.#points];
    this.#stride = from === undefined ? 1 : from.#stride;
    this.#skipped = from === undefined ? 0 : from.#skipped;
    this.#last = from === undefined ? undefined : from.#last;
  }

  add(point: Point): void {
    this.#last = point;
    if (this.#points.length > 0 && ++this.#skipped < this.#stride) return;
    this.#skipped = 0;
    this.#points.push(point);
    // An odd number of points, so that the newest one stays.
    if (this.#points.length <= MAX_POINTS) return;
    const kept = this.#points.filter((_, index) => index % 2 === 0);
    this.#points.splice(0, this.#points.length, ...kept);
    this.#stride *= 2;
  }

  /** Equally spaced points, for statistics. */
  get spaced(): readonly Point[] {
    return [...this.#points];
  }

  /** All points that are kept, and the newest one. */
  get points(): readonly Point[] {
    const end = this.#points.at(-1);
    return this.#last === undefined || this.#last === end ? [...this.#points] : [...this.#points, this.#last];
  }
}
