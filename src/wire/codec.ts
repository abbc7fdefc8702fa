/** Where in an answer a value stands: `["orders", 3, "price"]`. Grown only when something is wrong. */
export type Path = readonly (string | number)[];

/** A value on the wire that is not what the platform promises. `path` says where. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly path: (string | number)[] = [];

  constructor(expected: string, actual: unknown) {
    super(`expected ${expected}, got ${describe(actual)}`);
  }

  /** The same failure, seen from one level further out. */
  within(step: string | number): this {
    this.path.unshift(step);
    return this;
  }
}

/** The kind of a value, never the value itself: it may be a secret. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** What a codec takes when it encodes: our types, or texts that already are in the platform's form. */
export type Encodable<T> = T extends { readonly toDecimalPlaces: unknown } | Date
  ? T | string
  : T extends readonly (infer Item)[]
    ? readonly Encodable<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Encodable<T[Key]> }
      : T;

/** One description of a value, used both ways. */
export interface Codec<T> {
  /** From parsed JSON; throws {@link DecodeError} when the value is not of this kind. */
  decode(json: unknown): T;
  /** To a value for `JSON.stringify`. */
  encode(value: Encodable<T>): unknown;
}

/** The value type of a codec. */
export type Decoded<C> = C extends Codec<infer T> ? T : never;
