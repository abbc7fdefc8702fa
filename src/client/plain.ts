import type { AccountInfo, Login } from "../endpoints/index.ts";
import { Decimal, plainText } from "../wire/index.ts";

/** The result of {@link toPlain}: decimals and dates become strings; secrets and functions are left out. */
export type Plain<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends bigint
      ? string
      : T extends Error
        ? PlainFields<Omit<T, "stack" | "cause">>
        : T extends { toJSON(...parameters: never[]): infer Json }
          ? Plain<Json>
          : T extends readonly unknown[]
            ? { [Key in keyof T]: Plain<T[Key]> }
            : T extends (...parameters: never[]) => unknown
              ? never
              : T extends AccountInfo
                ? PlainFields<Omit<T, "apiKey">>
                : T extends Login
                  ? PlainFields<Omit<T, "token">>
                  : PlainFields<T>;

/** The fields of an object in a {@link Plain} result. */
export type PlainFields<T> = {
  [
    Key in keyof T as Key extends symbol
      ? never
      : [NonNullable<T[Key]>] extends [never] // only null: kept, though never extends everything
        ? Key
        : NonNullable<T[Key]> extends (...parameters: never[]) => unknown
          ? never
          : Key
  ]: Plain<T[Key]>;
};

/**
 * The same value as plain JSON: decimals in plain digits, times as ISO texts, errors with their name, message and
 * fields. It passes through `JSON`, `structuredClone`, `postMessage`, a Vue `ref` and from server to client components.
 *
 * @throws TypeError for what JSON has no form for, such as a Map, and for an object within itself
 * @example
 * ```ts
 * import { toPlain } from "agentexchange";
 *
 * const { price } = toPlain(await client.getPrice("BTCUSDT")); // a string
 * console.log(structuredClone({ price }));
 * ```
 */
export function toPlain<T>(value: T): Plain<T> {
  return plain(value, []) as Plain<T>;
}

function plain(value: unknown, around: readonly object[]): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Decimal.isDecimal(value)) return value.isZero() ? "0" : plainText(value);
  if (around.includes(value)) throw new TypeError("toPlain: the value contains itself.");
  const inside = [...around, value];
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === "function") return plain((toJSON as () => unknown).call(value), inside);
  if (value instanceof Error) return { name: value.name, message: value.message, ...fields(value, inside) };
  if (Array.isArray(value)) return value.map((item) => plain(item, inside) ?? null);
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    throw new TypeError(
      `toPlain: JSON has no form for a ${value.constructor.name}; convert it to an array or object first.`,
    );
  return fields(value, inside);
}

/** As in JSON, hidden properties (keys and tokens in answers) and undefined ones are left out. */
function fields(value: object, inside: readonly object[]): Record<string, unknown> {
  const entries = Object.entries(value as Record<string, unknown>).map(
    ([key, item]) => [key, plain(item, inside)] as const,
  );
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}
