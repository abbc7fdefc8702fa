import { copyValue } from "../collections/copyValue.ts";
import type { ExchangeState, World } from "./state.ts";

/** A state at one time, as plain data: what a fork starts from and what a snapshot contains. */
export interface SavedState {
  /** Unix milliseconds. */
  readonly now: number;
  /** Positions of the sources of ids and keys. */
  readonly ids: readonly number[];
  readonly keys: readonly number[];
  /** See `Market.save`. */
  readonly market: unknown;
  readonly world: World;
}

/** Copies a state. The copy shares everything until it changes, so this costs next to nothing. */
export function saveState(state: ExchangeState): SavedState {
  const { ids, keys, market, clock } = state;
  return {
    now: clock.now(),
    ids: ids.save(),
    keys: keys.save(),
    market: copyValue(market.save?.()),
    world: copyValue(worldOf(state)),
  };
}

/** Whether a market can be saved. One whose prices are set must offer `save`; all others depend on the time only. */
export function canSave({ market }: ExchangeState): boolean {
  return market.save !== undefined || !("set" in market);
}

/** The part of a state that is data. */
export function worldOf(state: ExchangeState): World {
  const { counters, accounts, accountsByKey, accountsByEmail, agents, agentsByKey } = state;
  const { tokens, tokensByAge, books, parts } = state;
  return {
    counters,
    accounts,
    accountsByKey,
    accountsByEmail,
    agents,
    agentsByKey,
    tokens,
    tokensByAge,
    books,
    parts,
  };
}
