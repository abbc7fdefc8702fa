/** Maps a number from 0 up to 1 to a kind, in proportion to the rates; undefined for the remaining share. */
export type WeightedChoice<Kind extends string> = (fraction: number) => Kind | undefined;

/** Builds a choice from rates per kind; `caller` is the name used in error messages. */
export function weightedChoice<Kind extends string>(
  caller: string,
  rates: Readonly<Partial<Record<Kind, number>>>,
  kinds: readonly Kind[],
): WeightedChoice<Kind> {
  const steps: { readonly kind: Kind; readonly until: number }[] = [];
  let until = 0;
  for (const [name, rate] of Object.entries(rates) as readonly (readonly [string, number])[]) {
    const kind = kinds.find((each) => each === name);
    if (kind === undefined) throw new RangeError(`${caller}: unknown fault "${name}". Expected ${kinds.join(", ")}.`);
    if (!(rate >= 0 && rate <= 1))
      throw new RangeError(`${caller}: the rate of "${name}" must be from 0 to 1, received ${rate}`);
    until += rate;
    steps.push({ kind, until });
  }
  // Sums such as 0.1 + 0.2 + 0.7 have a rounding error.
  if (until > 1 + 1e-9) throw new RangeError(`${caller}: the rates must add up to at most 1, received ${until}`);
  return (fraction) => steps.find((step) => fraction < step.until)?.kind;
}
