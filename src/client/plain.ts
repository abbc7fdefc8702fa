import type { AccountInfo, AgentKey, Login } from "../endpoints/index.ts";
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
              : T extends AccountInfo | AgentKey // also CreatedAgent
                ? PlainFields<Omit<T, "apiKey">>
                : T extends Login
                  ? PlainFields<Omit<T, "token">>
                  : PlainFields<T>;

/** The fields of an object in a {@link Plain} result. */
export type PlainFields<T> = {
  [
    Key in keyof T as Key extends symbol
      ? never
      : [NonNullable<T[Key]>] extends [never] // only null: keep it (`never` extends every type)
        ? Key
        : NonNullable<T[Key]> extends (...parameters: never[]) => unknown
          ? never
          : Key
  ]: Plain<T[Key]>;
};

/**
 * Converts a value to plain JSON: decimals become strings in plain notation, dates ISO-8601 strings, and errors objects
 * with name, message and fields. The result survives `JSON`, `structuredClone`, `postMessage`, a Vue `ref` and the way
 * from server to client components.
 *
 * @throws TypeError for a value that JSON cannot represent, such as a Map, and for a circular reference
 * @example
 * ```ts
 * import { toPlain } from "agentexchange";
 *
 * const { price } = toPlain(await client.getPrice("BTCUSDT")); // a string
 * console.log(structuredClone({ price }));
 * ```
 */
export function toPlain<T>(value: T): Plain<T> {
  return convert(value, []) as Plain<T>;
}

function convert(value: unknown, ancestors: readonly object[]): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Decimal.isDecimal(value)) return value.isZero() ? "0" : plainText(value);
  if (ancestors.includes(value)) throw new TypeError("toPlain: the value has a circular reference.");
  const path = [...ancestors, value];
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === "function") return convert((toJSON as () => unknown).call(value), path);
  if (value instanceof Error) return { name: value.name, message: value.message, ...convertFields(value, path) };
  if (Array.isArray(value)) return value.map((item) => convert(item, path) ?? null);
  if (value instanceof Map || value instanceof Set || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    throw new TypeError(
      `toPlain: JSON cannot represent a ${value.constructor.name}; convert it to an array or an object first.`,
    );
  return convertFields(value, path);
}

/** Like `JSON.stringify`, omits non-enumerable properties (keys and tokens in results) and undefined ones. */
function convertFields(value: object, path: readonly object[]): Record<string, unknown> {
  const entries = Object.entries(value as Record<string, unknown>).map(
    ([key, item]) => [key, convert(item, path)] as const,
  );
  return Object.fromEntries(entries.filter(([, item]) => item !== undefined));
}
