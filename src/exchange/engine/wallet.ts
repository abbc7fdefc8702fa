import { baseOf } from "../market/pairs.ts";
import { type Fixed8, add8, subtract8, ZERO8 } from "../base/amount.ts";
import type { Agent, Holding, Side } from "./model.ts";

export const QUOTE_ASSET = "USDT";

/** The asset that an order of this side pays with. */
export function payingAsset(symbol: string, side: Side): string {
  return side === "buy" ? QUOTE_ASSET : baseOf(symbol);
}

/** An agent's balance of an asset; created at zero if there is none. */
export function holdingOf(agent: Agent, asset: string): Holding {
  let holding = agent.wallet.get(asset);
  if (holding === undefined) agent.wallet.set(asset, (holding = { available: ZERO8, locked: ZERO8 }));
  return holding;
}

/** The amount of an asset that an agent can spend. */
export function availableBalance(agent: Agent, asset: string): Fixed8 {
  return agent.wallet.get(asset)?.available ?? ZERO8;
}

/** Locks an amount. The caller has checked that it is available. */
export function lock(holding: Holding, units: Fixed8): void {
  holding.available = subtract8(holding.available, units);
  holding.locked = add8(holding.locked, units);
}
