// Compares alternatives in one process, in rounds, in an order that changes from round to round.

export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
}

export interface Measured {
  readonly name: string;
  /** Microseconds per operation, median of all rounds. */
  readonly microseconds: number;
  /** Ratio to the first contender: median of the rounds' ratios, with quartiles. */
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
}

export interface Plan {
  readonly rounds: number;
  /** Consecutive operations per contender and round. */
  readonly batch: number;
  /** `cpu`: user and system time of all threads of this process; `wall`: elapsed time. */
  readonly clock: "cpu" | "wall";
}

/** Measures the contenders; the first also runs a second time, as a control. */
export async function compare(
  contenders: readonly Contender[],
  { rounds, batch, clock }: Plan,
): Promise<readonly Measured[]> {
  const [first] = contenders;
  if (first === undefined) return [];
  const all = [...contenders, { name: `${first.name}, repeated`, run: first.run }];
  const times = new Map<Contender, number[]>(all.map((contender) => [contender, []]));
  for (const { run } of all) for (let warm = 0; warm < Math.max(batch, 500); warm++) await run();
  const random = seeded(1);
  for (let round = 0; round < rounds; round++) {
    for (const contender of shuffled(all, random)) times.get(contender)?.push(await time(contender.run, batch, clock));
  }
  const base = times.get(first) ?? [];
  return all.map((contender) => {
    const own = times.get(contender) ?? [];
    const ratios = own.map((value, round) => value / (base[round] ?? value));
    return {
      name: contender.name,
      microseconds: quantile(own, 0.5),
      ratio: quantile(ratios, 0.5),
      quartiles: [quantile(ratios, 0.25), quantile(ratios, 0.75)],
    };
  });
}

async function time(run: () => unknown, batch: number, clock: Plan["clock"]): Promise<number> {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  for (let index = 0; index < batch; index++) {
    const result = run();
    if (result instanceof Promise) await result;
  }
  const used = process.cpuUsage(cpu);
  return (clock === "cpu" ? used.user + used.system : (performance.now() - wall) * 1000) / batch;
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** Mulberry32: a seeded generator, equal in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}
