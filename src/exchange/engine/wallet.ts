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
  return holdingIn(agent.wallet, asset, ZERO8);
}

/** The balance of an asset in a wallet; created at `zero` if there is none. */
export function holdingIn<Amount>(wallet: Map<string, Holding<Amount>>, asset: string, zero: Amount): Holding<Amount> {
  let holding = wallet.get(asset);
  if (holding === undefined) wallet.set(asset, (holding = { available: zero, locked: zero }));
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
