/** The known name that was probably meant: the one with the fewest typos, ignoring case; undefined if none is close. */
export function mostSimilar(name: string, known: Iterable<string>): string | undefined {
  const lowerCase = name.toLowerCase();
  let best: string | undefined;
  let limit = Math.min(2, Math.floor(name.length / 3)) + 1;
  for (const other of known) {
    if (Math.abs(other.length - name.length) >= limit) continue;
    const distance = editDistance(lowerCase, other.toLowerCase());
    if (distance < limit) [best, limit] = [other, distance];
  }
  return best;
}

/** A hint for an unknown name: `Did you mean "apiKey"?`. Undefined if no known name is close. */
export function suggestion(name: string, known: Iterable<string>): string | undefined {
  const similar = mostSimilar(name, known);
  return similar === undefined ? undefined : `Did you mean "${similar}"?`;
}

/** The Levenshtein distance: the minimum number of insertions, deletions and replacements of characters. */
function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const replaced = (row[to - 1] as number) + Number(one[at - 1] !== other[to - 1]);
      next.push(Math.min(replaced, (row[to] as number) + 1, (next[to - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
