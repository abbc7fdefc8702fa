import { add8, ZERO8 } from "../../base/amount.ts";
import { DAY } from "../../time/units.ts";
import type { Agent, Holdings } from "../model.ts";
import type { ExchangeState } from "../state.ts";
import { QUOTE_ASSET } from "../wallet.ts";
import { isSnapshotDue, MINUTES_KEPT } from "./snapshotSchedule.ts";

/** Number of records to add before dropping those that are no longer needed. */
const COMPACTION_INTERVAL = 1024;

/**
 * Must be called before an agent's holdings change. Between two changes equity depends only on prices, which can be
 * looked up at any time, so snapshots are computed on request.
 */
export function recordHoldings(state: ExchangeState, agent: Agent): void {
  if (state.quirks.snapshotsNeverTaken) return;
  const since = agent.pastHoldings.last()?.[0] ?? agent.createdAt;
  if (!isSnapshotDue(state, "1m", since, state.now) && !isSnapshotDue(state, "1d", since, state.now)) return;
  agent.pastHoldings.set(state.now, holdingsOf(agent));
  if (agent.pastHoldings.size % COMPACTION_INTERVAL === 0) compact(state, agent);
}

/** Drops holdings that only deleted snapshots need. */
function compact(state: ExchangeState, agent: Agent): void {
  const recent = state.now - MINUTES_KEPT - DAY;
  let since = agent.createdAt;
  for (const [until] of agent.pastHoldings.entries()) {
    if (until > recent) return;
    if (!isSnapshotDue(state, "1h", since, until) && !isSnapshotDue(state, "1d", since, until))
      agent.pastHoldings.delete(until);
    since = until;
  }
}

function holdingsOf(agent: Agent): Holdings {
  const cash = agent.wallet.get(QUOTE_ASSET);
  return {
    startingBalance: agent.startingBalance,
    cash: cash === undefined ? ZERO8 : add8(cash.available, cash.locked),
    realised: agent.realised,
    positions: [...agent.positions.values()]
      .filter((position) => position.quantity > 0n)
      .map(({ symbol, quantity, paid }) => ({ symbol, quantity, paid })),
  };
}

/** An agent's holdings at a time; undefined before it was created. */
export function holdingsAt(agent: Agent, time: number): Holdings | undefined {
  if (time < agent.createdAt) return undefined;
  const { pastHoldings } = agent;
  return pastHoldings.entryAt(pastHoldings.search((until) => until > time))?.[1] ?? holdingsOf(agent);
}
