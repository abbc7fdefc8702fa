/** Chooses by a share from 0 up to 1: each kind as often as its rate says, nothing for the rest. */
export type WeightedChoice<Kind extends string> = (share: number) => Kind | undefined;

/** The rates of what happens by chance, checked; `whose` names the caller in complaints. */
export function weightedChoice<Kind extends string>(
  whose: string,
  rates: Readonly<Partial<Record<Kind, number>>>,
  kinds: readonly Kind[],
): WeightedChoice<Kind> {
  const steps: { readonly kind: Kind; readonly until: number }[] = [];
  let until = 0;
  for (const [name, rate] of Object.entries(rates) as readonly (readonly [string, number])[]) {
    const kind = kinds.find((each) => each === name);
    if (kind === undefined)
      throw new RangeError(`${whose}: there is no fault "${name}"; there are ${kinds.join(", ")}`);
    if (!(rate >= 0 && rate <= 1)) throw new RangeError(`${whose}: the rate of "${name}" is ${rate}, not from 0 to 1`);
    until += rate;
    steps.push({ kind, until });
  }
  // Sums such as 0.1 + 0.2 + 0.7 are a little off.
  if (until > 1 + 1e-9) throw new RangeError(`${whose}: the rates add up to ${until}, more than 1`);
  return (share) => steps.find((step) => share < step.until)?.kind;
}
