import { expect, test } from "vitest";
import { toStrictSchema } from "../../../src/tools/adapters/strictSchema.ts";
import type { JsonObject } from "../../../src/tools/index.ts";

const closed = (properties: JsonObject, required: readonly string[] = []): JsonObject => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

test("optional properties are required and may be null; required ones stay as they are", () => {
  const schema = closed({ symbol: { type: "string" }, limit: { type: "integer", description: "How many." } }, [
    "symbol",
  ]);
  expect(toStrictSchema(schema)).toEqual(
    closed(
      {
        symbol: { type: "string" },
        limit: { anyOf: [{ type: "integer", description: "How many." }, { type: "null" }] },
      },
      ["symbol", "limit"],
    ),
  );
});

test("what may be null already is not wrapped again", () => {
  const nullable = { type: ["string", "null"] };
  const union = { anyOf: [{ type: "string" }, { type: "null" }] };
  expect(toStrictSchema(closed({ nullable, union }))).toEqual(closed({ nullable, union }, ["nullable", "union"]));
});

test("the same holds inside objects, arrays, unions and definitions", () => {
  const inner = closed({ a: { type: "string" } });
  const strictInner = closed({ a: { anyOf: [{ type: "string" }, { type: "null" }] } }, ["a"]);
  const properties = {
    object: inner,
    array: { type: "array", items: inner, maxItems: 3 },
    union: { oneOf: [inner, { type: "string" }] },
    reference: { $ref: "#/$defs/inner" },
  };
  const required = Object.keys(properties);
  expect(toStrictSchema({ ...closed(properties, required), $defs: { inner } })).toEqual({
    ...closed(
      {
        object: strictInner,
        array: { type: "array", items: strictInner, maxItems: 3 },
        union: { anyOf: [strictInner, { type: "string" }] },
        reference: { $ref: "#/$defs/inner" },
      },
      required,
    ),
    $defs: { inner: strictInner },
  });
});

test("keywords that OpenAI does not accept are left out", () => {
  const symbol = {
    type: "string",
    minLength: 1,
    maxLength: 20,
    pattern: "^[A-Z]+$",
    default: "BTCUSDT",
    examples: ["BTCUSDT"],
    description: "Such as BTCUSDT.",
  };
  const looking = { type: "string", pattern: "^(?!0)\\d+$", format: "uri" };
  const time = { type: "string", format: "date-time" };
  const list = { type: "array", items: { type: "number", not: { const: 0 } }, uniqueItems: true };
  const required = ["symbol", "looking", "time", "list"];
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    ...closed({ symbol, looking, time, list }, required),
  };
  expect(toStrictSchema(schema)).toEqual(
    closed(
      {
        symbol: { type: "string", pattern: "^[A-Z]+$", description: "Such as BTCUSDT." },
        looking: { type: "string" },
        time,
        list: { type: "array", items: { type: "number" } },
      },
      required,
    ),
  );
});

test("enums and constants get the type that OpenAI requires", () => {
  const properties = { side: { enum: ["buy", "sell"] }, version: { const: 1 }, mixed: { enum: ["all", null] } };
  expect(toStrictSchema(closed(properties, Object.keys(properties)))).toMatchObject({
    properties: {
      side: { enum: ["buy", "sell"], type: "string" },
      version: { const: 1, type: "number" },
      mixed: { enum: ["all", null], type: ["string", "null"] },
    },
  });
});

test.for<readonly [string, JsonObject]>([
  ["an open object", { type: "object", properties: {} }],
  ["an object with any properties of a type", { type: "object", additionalProperties: { type: "string" } }],
  ["properties by pattern", { ...closed({}), patternProperties: { "^a": { type: "string" } } }],
  ["a property that accepts anything", closed({ anything: {} })],
  ["an array of anything", closed({ list: { type: "array" } })],
  ["a tuple", closed({ pair: { type: "array", prefixItems: [{ type: "string" }], items: { type: "string" } } })],
  ["an intersection", closed({ both: { type: "string", allOf: [{ minLength: 1 }] } })],
  ["a union with an open object", closed({ union: { anyOf: [{ type: "string" }, { type: "object" }] } })],
  ["a definition that is open", { ...closed({}), $defs: { open: { type: "object" } } }],
  ["properties without the type object", { properties: { a: { type: "string" } } }],
])("%s has no strict schema", ([, schema]) => {
  expect(toStrictSchema(schema)).toBeNull();
});

test("the schema itself is not changed", () => {
  const schema = closed({ limit: { type: "integer" } });
  const before = structuredClone(schema);
  toStrictSchema(schema);
  expect(schema).toEqual(before);
});
