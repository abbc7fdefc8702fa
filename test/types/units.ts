// Compiled, never run: numbers of different units cannot be mixed up.
import { expectTypeOf } from "vitest";
import { fixed8, type Fixed8 } from "agentexchange/exchange";
import {
  add8,
  formatFixed8,
  fromFixed8,
  subtract8,
  toFixed6,
  toFixed8,
  ZERO,
  type Fixed6,
} from "../../src/exchange/base/amount.ts";

const amount = toFixed8(ZERO);
const percent = toFixed6(ZERO);
expectTypeOf(amount).toEqualTypeOf<Fixed8>();
expectTypeOf(percent).toEqualTypeOf<Fixed6>();
expectTypeOf(add8(amount, subtract8(amount, fixed8(1n)))).toEqualTypeOf<Fixed8>();
// The operators work, but their result has no unit.
expectTypeOf(amount + amount).toEqualTypeOf<bigint>();

// @ts-expect-error A percentage is not an amount.
export const misread: Fixed8 = percent;
// @ts-expect-error Nor is an amount a percentage.
export const misreadBack: Fixed6 = amount;
// @ts-expect-error A bigint has no unit.
export const unitless: Fixed8 = 1n;
// @ts-expect-error Percentages are never added to amounts.
add8(amount, percent);
// @ts-expect-error A percentage printed with 8 decimals would be a hundred times too small.
formatFixed8(percent);
// @ts-expect-error The same holds for arithmetic.
fromFixed8(percent);
