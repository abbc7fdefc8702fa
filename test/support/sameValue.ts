import { Decimal } from "../../src/wire/index.ts";

/** Whether two decoded values are deeply equal, including hidden fields and the internals of decimals. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || one === null || typeof other !== "object" || other === null)
    return Object.is(one, other);
  if (Decimal.isDecimal(one)) return Decimal.isDecimal(other) && one.eq(other) && one.constructor === other.constructor;
  if (one instanceof Date) return other instanceof Date && one.getTime() === other.getTime();
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.getOwnPropertyNames(one);
  const values = one as Record<string, unknown>;
  const others = other as Record<string, unknown>;
  return (
    names.length === Object.getOwnPropertyNames(other).length &&
    names.every((name) => Object.hasOwn(others, name) && sameValue(values[name], others[name]))
  );
}
