import { DecodeError, type Codec } from "./codec.ts";

// @__NO_SIDE_EFFECTS__
function scalar<T extends string | boolean>(kind: "string" | "boolean", name: string): Codec<T> {
  return {
    shape: kind,
    decode(json): T {
      if (typeof json === kind) return json as T;
      throw new DecodeError(name, json);
    },
    encode: (value) => value,
  };
}

/** A string, also of an open union: see {@link oneOf}. */
export const text: Codec<string> = scalar<string>("string", "a string");

/**
 * One of these strings; any other is a {@link DecodeError}.
 *
 * The rule for strings with known members:
 * - A union is **closed** and decodes with `oneOf` where a caller cannot handle a member that it does not know: the side
 *   and the type of an order decide what its amounts mean.
 * - Every other union is **open**, because the platform may extend it: statuses, periods, intervals, events, names of
 *   indicators. Its type ends with `(string & {})`, and it decodes with {@link text}, so that unknown members pass.
 *
 * The only exception is a status that discriminates a union (`Order`, `FilledOrder`, `PendingOrder`): its type lists the
 * known members only, since an open member would prevent narrowing. Unknown members still pass.
 */
// @__NO_SIDE_EFFECTS__
export function oneOf<const Member extends string>(...members: readonly Member[]): Codec<Member> {
  return {
    shape: { members },
    decode(json) {
      if ((members as readonly unknown[]).includes(json)) return json as Member;
      throw new DecodeError(`one of ${members.join(", ")}`, json);
    },
    encode: (value) => value,
  };
}

/** A floating-point number that the platform writes differently from `JSON.stringify`: 2 as `2.0`, 1e-7 as `1e-07`. */
export class Float extends Number {
  /** Whether `JSON.stringify` has serialized one since this was last set to false. */
  static wasSerialized = false;

  toJSON(): number {
    Float.wasSerialized = true;
    return this.valueOf();
  }
}

let marksFloats = false;

/** While `work` runs, {@link number} encodes numbers that JavaScript writes differently from the platform as {@link Float}. */
export function withFloats<T>(work: () => T): T {
  const before = marksFloats;
  marksFloats = true;
  try {
    return work();
  } finally {
    marksFloats = before;
  }
}

/** A JSON number that is not money: ratios, metrics, durations. `-0.0` decodes as 0. */
export const number: Codec<number> = {
  shape: "number",
  decode(json) {
    // JSON.parse reads 1e999 as Infinity.
    if (Number.isFinite(json)) return json === 0 ? 0 : (json as number);
    throw new DecodeError("a finite number", json);
  },
  encode: (value) => (marksFloats && (Number.isInteger(value) || Math.abs(value) < 1e-4) ? new Float(value) : value),
};

/** `true` or `false`. */
export const flag: Codec<boolean> = scalar<boolean>("boolean", "true or false");

/** An integer. */
export const integer: Codec<number> = {
  shape: "integer",
  decode(json) {
    if (Number.isSafeInteger(json)) return json === 0 ? 0 : (json as number);
    throw new DecodeError("a whole number", json);
  },
  encode: (value) => value,
};

/** Any JSON value, unchanged. */
export const json: Codec<unknown> = {
  shape: "json",
  decode(value) {
    if (value === undefined) throw new DecodeError("any JSON", value);
    return value;
  },
  encode: (value) => value,
};

/** A JSON object with any keys, unchanged. */
export const jsonObject: Codec<Readonly<Record<string, unknown>>> = {
  shape: "object",
  decode(value) {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw new DecodeError("an object", value);
  },
  encode: (value) => value,
};

/** No body (status 204). */
export const noContent: Codec<undefined> = {
  shape: "nothing",
  decode(value) {
    if (value === undefined) return undefined;
    throw new DecodeError("no content", value);
  },
  encode: () => undefined,
};
