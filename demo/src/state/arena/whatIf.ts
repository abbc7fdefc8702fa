// What if? A moment is forked twice; one fork goes on as it was, the other with a change.
import { Decimal } from "agentexchange";
import type { JsonObject } from "agentexchange/tools";
import type { Arena } from "./arena.ts";
import { breathe } from "./breathe.ts";
import type { Point } from "./curve.ts";
import type { AgentSettings, ArenaEvent, ArenaView } from "./types.ts";

export type Change =
  | { readonly kind: "nothing" }
  | { readonly kind: "stop" }
  | { readonly kind: "settings"; readonly settings: AgentSettings }
  | { readonly kind: "order"; readonly tool: string; readonly input: JsonObject };

export interface Comparison {
  readonly agent: string;
  /** When the two runs part, and when they end, in Unix milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly original: readonly Point[];
  readonly changed: readonly Point[];
  /** Equity at the end. */
  readonly originalEquity: Decimal;
  readonly changedEquity: Decimal;
  readonly originalFills: number;
  readonly changedFills: number;
  /** Fills that only one of the runs has, oldest first. */
  readonly onlyOriginal: readonly ArenaEvent[];
  readonly onlyChanged: readonly ArenaEvent[];
  /** Why the change was refused; null if it was made. */
  readonly refusal: string | null;
  readonly isIdentical: boolean;
}

/** More fills than both runs can have in the longest time. */
const MAX_EVENTS = 5000;

/** Runs both forks for `ms` of their time. `base` stays as it is. */
export async function compareRuns(
  base: Arena,
  index: number,
  change: Change,
  ms: number,
  signal: AbortSignal,
  report: (share: number) => void = () => {},
): Promise<Comparison> {
  const from = base.now;
  const agent = base.settings.agents[index]?.name ?? "";
  const settings = change.kind === "settings" ? { index, settings: change.settings } : undefined;
  const original = base.fork({ only: index, maxEvents: MAX_EVENTS });
  const changed = base.fork({ only: index, maxEvents: MAX_EVENTS, changed: settings });
  try {
    let refusal: string | null = null;
    if (change.kind === "stop") await changed.halt(index, "stopped in this what-if");
    if (change.kind === "order") {
      const result = await changed.order(index, change.tool, change.input);
      if (!result.ok) refusal = result.error.message;
    }
    const { period } = base.settings;
    for (let done = 0; done < ms;) {
      signal.throwIfAborted();
      const part = Math.min(period, ms - done);
      await original.advance(part, breathe);
      await changed.advance(part, breathe);
      done += part;
      report(done / ms);
    }
    const [one, other] = [original.view(), changed.view()];
    const fills = (events: readonly ArenaEvent[]): readonly ArenaEvent[] =>
      events.filter(({ kind }) => kind === "fill").toReversed();
    const [originalFills, changedFills] = [fills(one.events), fills(other.events)];
    const onlyOriginal = missingIn(originalFills, changedFills);
    const onlyChanged = missingIn(changedFills, originalFills);
    const equityOf = ({ agents }: ArenaView): Decimal => agents[0]?.equity ?? new Decimal(0);
    const [originalEquity, changedEquity] = [equityOf(one), equityOf(other)];
    return {
      agent,
      from,
      until: one.now,
      original: one.agents[0]?.curve ?? [],
      changed: other.agents[0]?.curve ?? [],
      originalEquity,
      changedEquity,
      originalFills: originalFills.length,
      changedFills: changedFills.length,
      onlyOriginal,
      onlyChanged,
      refusal,
      isIdentical: originalEquity.eq(changedEquity) && onlyOriginal.length === 0 && onlyChanged.length === 0,
    };
  } finally {
    original.close();
    changed.close();
  }
}

/** Fills of one list that the other one does not have. Identifiers differ between forks, so they do not count. */
function missingIn(list: readonly ArenaEvent[], other: readonly ArenaEvent[]): readonly ArenaEvent[] {
  const keyOf = ({ time, symbol, side, quantity, price }: ArenaEvent): string =>
    [time, symbol, side, quantity, price].join(" ");
  const counts = new Map<string, number>();
  for (const event of other) counts.set(keyOf(event), (counts.get(keyOf(event)) ?? 0) + 1);
  return list.filter((event) => {
    const left = counts.get(keyOf(event)) ?? 0;
    counts.set(keyOf(event), left - 1);
    return left <= 0;
  });
}
