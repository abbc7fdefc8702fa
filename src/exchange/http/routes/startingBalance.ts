import { fixed8, toFixed8, type Decimal28, type Fixed8 } from "../../base/amount.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../../engine/state.ts";

const LIMIT = fixed8(10n ** 20n); // 12 digits before the point, 8 after

/** A starting balance as it is stored. Throws if it is out of range. */
export function toStartingBalance(state: ExchangeState, balance: Decimal28): Fixed8 {
  const units = balance.scale < -12 ? LIMIT : toFixed8(balance);
  if (units < LIMIT && units > 0n) return units;
  if (state.quirks.absurdNumbersCrash && units >= LIMIT)
    throw new Rejection("DATABASE_ERROR", "Numeric value out of range.");
  throw new Rejection("VALIDATION_ERROR", "starting_balance must be between 0.00000001 and 999999999999.", {
    field: "starting_balance",
  });
}
