import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  absent,
  flag,
  from,
  hidden,
  integer,
  json,
  jsonObject,
  list,
  map,
  noContent,
  nullable,
  number,
  pair,
  record,
  snakeCase,
  text,
} from "../../../src/wire/index.ts";

interface Sample {
  readonly firstName: string;
  readonly count: number;
  readonly secret: string;
  readonly note: string | null;
  readonly tags: readonly string[];
}

const sample = record<Sample>({
  firstName: text,
  count: from("n", integer),
  secret: hidden(text),
  note: absent<string | null>(nullable(text), null),
  tags: list(text),
});
const wire = { first_name: "a", n: 1, secret: "hunter2", tags: ["x"] };

function failure(decode: () => unknown): unknown {
  try {
    decode();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("record", () => {
  it("maps names by rule, by exception, and both ways", () => {
    const value = sample.decode({ ...wire, unknown: 1 });
    expect(value).toEqual({ firstName: "a", count: 1, note: null, tags: ["x"] });
    expect(value.secret).toBe("hunter2");
    expect(JSON.stringify(value)).not.toContain("hunter2");
    expect(sample.encode(value)).toStrictEqual(wire);
    expect(sample.encode({ ...value, secret: "hunter2", note: "n" })).toEqual({ ...wire, note: "n" });
    expect([snakeCase("avgMaxDrawdownPct"), snakeCase("pValue"), snakeCase("v1")]).toEqual([
      "avg_max_drawdown_pct",
      "p_value",
      "v1",
    ]);
  });

  it("names the path and type of an invalid value, but not the value", () => {
    const broken = { ...wire, tags: ["x", 12_345] };
    expect(failure(() => list(sample).decode([wire, broken]))).toMatchObject({
      path: [1, "tags", 1],
      message: "expected a string, received a number",
    });
    expect(failure(() => sample.decode({ ...wire, secret: undefined }))).toMatchObject({
      path: ["secret"],
      message: "expected a string, received undefined",
    });
    for (const [value, kind] of [
      [null, "null"],
      [[], "an array"],
      ["hunter2", "a string"],
      [true, "a boolean"],
    ] as const) {
      expect(failure(() => sample.decode({ ...wire, n: value }))).toMatchObject({
        message: `expected a whole number, received ${kind}`,
      });
    }
    for (const value of [null, undefined, 5, "x"])
      expect(failure(() => sample.decode(value))).toMatchObject({ path: [] });
  });

  it("a fast literal names the invalid field, too", () => {
    const fast = record<{ readonly a: string }>({ a: text }, (fields) => ({ a: text.decode(fields["a"]) }));
    expect(fast.decode({ a: "x" })).toEqual({ a: "x" });
    expect(failure(() => fast.decode({ a: 1 }))).toMatchObject({ path: ["a"] });
  });
});

describe("the other codecs", () => {
  it("maps keep any key, including names of built-in members", () => {
    const scores = map(integer);
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString")),
          fc.maxSafeInteger(),
        ),
        (values) => {
          const again = scores.decode(JSON.parse(JSON.stringify(scores.encode(values))));
          expect(Object.entries(again)).toEqual(Object.entries(values));
          expect(Object.getPrototypeOf(again)).toBe(Object.prototype);
        },
      ),
      { seed: 7 },
    );
    expect(failure(() => scores.decode({ a: 1, b: "x" }))).toMatchObject({ path: ["b"] });
    for (const value of [null, [], "x"])
      expect(failure(() => scores.decode(value))).toMatchObject({
        message: expect.stringContaining("expected an object") as unknown,
      });
  });

  it("pairs have named items", () => {
    const level = pair<number, string, { readonly price: number; readonly size: string }>(
      ["price", number],
      ["size", text],
    );
    expect(level.decode([1, "x", "more"])).toEqual({ price: 1, size: "x" });
    expect(level.encode({ price: 1, size: "x" })).toEqual([1, "x"]);
    for (const value of [[1], {}, null, ["x", 1]])
      expect(failure(() => level.decode(value))).toMatchObject({ name: "DecodeError" });
  });

  it("scalars accept only their own type", () => {
    const taken = [
      [text, ""],
      [number, 0.5],
      [integer, -3],
      [flag, false],
      [json, null],
      [json, [1]],
      [jsonObject, { a: 1 }],
      [noContent, undefined],
    ] as const;
    for (const [codec, value] of taken) expect(codec.decode(value)).toBe(value);
    const refused = [
      [text, 1],
      [number, "1"],
      [integer, 1.5],
      [integer, 2 ** 53],
      [flag, 0],
      [json, undefined],
      [jsonObject, []],
      [jsonObject, null],
      [noContent, null],
      [noContent, {}],
    ] as const;
    for (const [codec, value] of refused)
      expect(failure(() => codec.decode(value))).toMatchObject({ name: "DecodeError" });
  });
});
