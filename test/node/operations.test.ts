// Every operation's input schema and the rules that validate its arguments accept and refuse the same.
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import * as exported from "../../src/endpoints/index.ts";
import { endpointsByName } from "../../src/tools/catalogue/endpoints.ts";
import { operation, operations } from "../../src/tools/index.ts";
import { inputSchema, type Rule } from "../../src/tools/schema/inputSchema.ts";
import { validInputs, wrongInputs } from "../support/toolInputs.ts";

const CASES = 200;
const SEED = 20_261_127;

const ajv = new Ajv2020({ strict: true, strictTypes: false, allowUnionTypes: true, allErrors: true });
ajv.addFormat("uuid", true);
// Formats may reject days that do not exist, which no pattern can.
ajv.addFormat("date-time", (text: string) => {
  const day = text.slice(0, 10);
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day);
});

/**
 * Rules that JSON Schema cannot express. The schema accepts inputs that break only these; the rules refuse them.
 *
 * - `decimals`: a JSON number with more than 8 decimals. `multipleOf` is computed with floats and refuses valid numbers.
 * - `order`: an end that is not after the start. JSON Schema cannot compare two values.
 */
const INEXPRESSIBLE = /must be after startTime|is a number that is not exact to 8 decimals/;

const names = operations.map(({ name }) => name);

function ruleOf(name: string): v.GenericSchema {
  const endpoint = endpointsByName.get(name);
  if (endpoint === undefined) throw new Error(`No endpoint ${name}.`);
  return endpoint.input;
}

function compile(name: string): ValidateFunction {
  return ajv.compile(operation(name)?.inputSchema ?? false);
}

const problemOf = (name: string, input: unknown): string | undefined => {
  const result = v.safeParse(ruleOf(name), input);
  return result.success ? undefined : result.issues.map(({ message }) => message).join("; ");
};

test("every endpoint is an operation", () => {
  const endpoints = Object.values<unknown>(exported).filter(
    (value): value is { readonly name: string } => typeof value === "object" && value !== null && "effect" in value,
  );
  expect(endpoints.length).toBeGreaterThan(60);
  expect(names.toSorted()).toEqual(endpoints.map(({ name }) => name).toSorted());
});

test.for(names)("%s: what its schema shows as valid, both accept", (name) => {
  const validate = compile(name);
  const { example } = operation(name) ?? {};
  for (const input of [example, ...fc.sample(validInputs(ruleOf(name)), { numRuns: CASES, seed: SEED })]) {
    const shown = `seed ${SEED}: ${JSON.stringify(input)}`;
    expect(problemOf(name, input), shown).toBe(undefined);
    expect(validate(input) ? null : validate.errors, shown).toBe(null);
  }
});

test.for(names)("%s: both refuse wrong arguments", (name) => {
  const validate = compile(name);
  for (const input of fc.sample(wrongInputs(ruleOf(name)), { numRuns: CASES, seed: SEED })) {
    const shown = `seed ${SEED}: ${JSON.stringify(input)}`;
    const problem = problemOf(name, input);
    expect(problem, shown).not.toBe(undefined);
    expect(!validate(input) || INEXPRESSIBLE.test(problem ?? ""), shown).toBe(true);
  }
});

test("schemas are valid, closed and compiled by a strict validator", () => {
  for (const { name, inputSchema: input, outputSchema } of operations) {
    expect(ajv.validateSchema(input), name).toBe(true);
    expect(input["additionalProperties"], name).toBe(false);
    expect(ajv.validateSchema(outputSchema), name).toBe(true);
  }
});

test("a rule without a schema is an error, not a schema that accepts everything", () => {
  const rule: Rule = { kind: "schema", type: "custom" };
  expect(() => inputSchema(rule, () => undefined)).toThrow('No JSON Schema for the rule "custom"');
});
