/** The item at an index that must exist; throws a RangeError otherwise. */
export function at<Item>(items: readonly Item[], index: number): Item {
  return items[index] ?? missing(index);
}

/**
 * {@link at} for numbers of the price and volume paths. Like {@link wordAt} it always gets the same kind of array and is
 * short, so that the runtime compiles it to a plain read.
 */
export function floatAt(values: Float64Array, index: number): number {
  return values[index] ?? missing(index);
}

/** {@link at} for words of 32 bits. */
export function wordAt(words: Uint32Array, index: number): number {
  return words[index] ?? missing(index);
}

function missing(index: number): never {
  throw new RangeError(`no item at index ${index}`);
}
