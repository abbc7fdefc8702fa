import { toFixed8, type Decimal28, type Fixed8, fixed8 } from "../../base/amount.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";

const MOST = fixed8(10n ** 20n); // 12 digits before the point, 8 after

/** How many decimals an amount in a request may have: so many are stored. The platform rounds without a word. */
export function placesOf({ quirks, replaying }: ExchangeState): number | undefined {
  // Journals of version 0.1.0 have what was rounded then.
  return quirks.longDecimalsAreRounded || replaying ? undefined : 8;
}

/** A starting balance as it is stored; one that does not fit is refused. */
export function startingBalanceOf(state: ExchangeState, balance: Decimal28): Fixed8 {
  const units = balance.scale < -12 ? MOST : toFixed8(balance);
  if (units < MOST && units > 0n) return units;
  if (state.quirks.absurdNumbersCrash && units >= MOST)
    throw new Rejection("DATABASE_ERROR", "Numeric value out of range.");
  throw new Rejection("VALIDATION_ERROR", "starting_balance must be between 0.00000001 and 999999999999.", {
    field: "starting_balance",
  });
}
