import type { Fidelity } from "../../src/exchange/index.ts";

export function tour(
  library: Pick<typeof import("../../src/exchange/index.ts"), "createExchange" | "randomWalkMarket" | "virtualClock">,
  fidelity: Fidelity,
  seed?: number,
): Promise<{ readonly digest: string; readonly statuses: readonly number[]; readonly delivered: number }>;

export const DIGESTS: Readonly<Record<Fidelity, string>>;
