// What the platform answered in the recordings fits the answer schemas of the operations, field by field.
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { toPlain } from "../../src/client/index.ts";
import { type AnyEndpoint } from "../../src/tools/catalogue/endpointList.ts";
import { endpointsByName } from "../../src/tools/catalogue/endpoints.ts";
import { SECRET_FIELDS } from "../../src/tools/catalogue/secrets.ts";
import { operation, operations } from "../../src/tools/index.ts";
import type { JsonSchema, JsonValue } from "../../src/tools/json.ts";
import { operations as recorded } from "../fixtures/operations.ts";

const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true, allErrors: true });
ajv.addFormat("date-time", true);

/** The same schema without room for further fields, except secrets, which results of the client have and tools remove. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema as JsonSchema).map(([name, value]) => [name, closed(value)]));
  if (inner["properties"] === undefined) return inner;
  const secrets = Object.fromEntries([...SECRET_FIELDS].map((name) => [name, { type: ["string", "null"] }]));
  return { ...inner, properties: { ...secrets, ...(inner["properties"] as JsonSchema) }, additionalProperties: false };
}

interface Answer {
  readonly name: string;
  readonly value: unknown;
}

/** The answers that an endpoint decodes. Several endpoints share the path of orders; the others cannot decode the answer. */
function answersOf(endpoint: AnyEndpoint): readonly Answer[] {
  const { base = "/api/v1", path, method, output, name } = endpoint;
  const pattern = new RegExp(`^${base}${path.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`);
  const answers = recorded.filter(
    (answer) => answer.method === method && answer.status < 300 && pattern.test(answer.path.split("?")[0] ?? ""),
  );
  return answers.flatMap(({ body }) => {
    try {
      const decoded = output.decode(body ?? undefined);
      return [{ name, value: toPlain(endpoint.list === undefined ? decoded : endpoint.list(decoded)) ?? null }];
    } catch {
      return [];
    }
  });
}

const answers = [...endpointsByName.values()].flatMap(answersOf);

test("most operations have a recorded answer", () => {
  expect(new Set(answers.map(({ name }) => name)).size).toBeGreaterThan(operations.length * 0.8);
});

test.for(answers.map(({ name, value }) => [name, value] as const))("%s: an answer fits its schema", ([name, value]) => {
  const schema = operation(name)?.outputSchema ?? false;
  const validate = ajv.compile(closed(schema) as JsonSchema);
  expect(validate(value) ? null : validate.errors, JSON.stringify(value)).toBe(null);
});

test("no schema of an answer shows a credential", () => {
  const shown = JSON.stringify(operations.map(({ outputSchema }) => outputSchema));
  for (const field of SECRET_FIELDS) expect(shown).not.toContain(`"${field}"`);
});
