import { snakeCase } from "../../../wire/index.ts";
import type { ExchangeState } from "../../engine/state.ts";
import { Unprocessable, type Issue } from "../issues.ts";
import { FieldInput, INVALID, required, type Field, type Place } from "./field.ts";

/** A query or a body: its fields, named in camel case as the wire's records are. */
export interface ObjectSchema<Result> {
  readonly slots: readonly Slot[];
  /** Never set: ties the type of the values to the schema. */
  readonly values?: Result;
}

interface Slot {
  readonly name: string;
  readonly wireName: string;
  readonly field: Field<unknown>;
}

/** The values that a schema reads. */
export type Values<Schema> = Schema extends ObjectSchema<infer Fields> ? Fields : never;

type Shape<Result> = { readonly [Name in keyof Result]: Field<Result[Name]> };

export function object<Result>(shape: Shape<Result>): ObjectSchema<Result> {
  const slots = Object.entries<Field<unknown>>(shape).map(([name, field]) => ({
    name,
    wireName: snakeCase(name),
    field,
  }));
  return { slots };
}

/** Reads all fields, so that one reply names everything that is wrong. */
export function read<Result>(
  { slots }: ObjectSchema<Result>,
  place: Place,
  fields: Readonly<Record<string, unknown>>,
  state: ExchangeState,
): Result {
  const issues: Issue[] = [];
  const values = collect(slots, place, fields, state, issues) as Result;
  if (issues.length > 0) throw new Unprocessable(issues);
  return values;
}

/** The issues of an object, for callers that report them in their own way. */
export function issuesOf(
  { slots }: ObjectSchema<unknown>,
  fields: Readonly<Record<string, unknown>>,
  state: ExchangeState,
): readonly Issue[] {
  const issues: Issue[] = [];
  collect(slots, "body", fields, state, issues);
  return issues;
}

function collect(
  slots: readonly Slot[],
  place: Place,
  fields: Readonly<Record<string, unknown>>,
  state: ExchangeState,
  issues: Issue[],
): unknown {
  const source = { place, state, issues };
  const values: Record<string, unknown> = {};
  for (const { name, wireName, field } of slots)
    values[name] = field(new FieldInput(source, [wireName], fields[wireName], fields));
  return values;
}

/** An object inside a body. */
export function nested<Result>({ slots }: ObjectSchema<Result>, issueType = "model_attributes_type"): Field<Result> {
  return required((input) => {
    const fields = input.value;
    if (!isObject(fields))
      return input.issue(issueType, "Input should be a valid dictionary or object to extract fields from");
    const values: Record<string, unknown> = {};
    let isValid = true;
    for (const { name, wireName, field } of slots) {
      values[name] = field(input.child(wireName, fields[wireName]));
      isValid &&= values[name] !== INVALID;
    }
    return isValid ? (values as Result) : INVALID;
  });
}

/** An object of any fields, which is stored as it was sent. */
export const anyObject: Field<Readonly<Record<string, unknown>>> = required((input) =>
  isObject(input.value) ? input.value : input.issue("dict_type", "Input should be a valid dictionary"),
);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
