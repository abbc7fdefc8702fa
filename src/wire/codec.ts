/** The position of a value in a response: `["orders", 3, "price"]`. */
export type Path = readonly (string | number)[];

/** A value on the wire does not have the expected form. `path` says where. */
export class DecodeError extends Error {
  override readonly name = "DecodeError";
  readonly path: (string | number)[] = [];

  constructor(expected: string, actual: unknown) {
    super(`expected ${expected}, received ${describe(actual)}`);
  }

  /** Prepends `step` to the error's path and returns the error. */
  within(step: string | number): this {
    this.path.unshift(step);
    return this;
  }
}

/** Describes the type of a value for messages. Never the value itself, which may be a secret. */
export function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** What a codec encodes: decoded values, or strings that already have the platform's form. */
export type Encodable<T> = T extends { readonly toDecimalPlaces: unknown } | Date
  ? T | string
  : T extends readonly (infer Item)[]
    ? readonly Encodable<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Encodable<T[Key]> }
      : T;

/** A codec of any type, as far as its shape. */
export interface AnyCodec {
  readonly shape: Shape;
}

/**
 * The form of a codec's values, as data: JSON Schemas of results are made from it. A codec as shape means the form of that
 * codec, `all` the fields of several.
 */
export type Shape =
  | "string"
  | "decimal"
  | "time"
  | "number"
  | "integer"
  | "boolean"
  | "json"
  | "object"
  | "nothing"
  | { readonly members: readonly string[] }
  | { readonly list: AnyCodec }
  | { readonly map: AnyCodec }
  | { readonly nullable: AnyCodec }
  | { readonly fields: readonly FieldShape[] }
  | { readonly all: readonly AnyCodec[] }
  | AnyCodec;

/** A field of a record. Hidden ones are left out of JSON. */
export interface FieldShape {
  readonly name: string;
  readonly codec: AnyCodec;
  readonly hidden?: boolean;
}

/** Converts a value between JSON and its decoded form, in both directions. */
export interface Codec<T> {
  /** Decodes parsed JSON. Throws {@link DecodeError} if the value does not have the expected form. */
  decode(json: unknown): T;
  /** Encodes to a value for `JSON.stringify`. */
  encode(value: Encodable<T>): unknown;
  /** The form of the decoded value. */
  readonly shape: Shape;
}

/** The decoded type of a codec. */
export type Decoded<C> = C extends Codec<infer T> ? T : never;
