import * as v from "valibot";
import { describe } from "../../wire/index.ts";
import { show } from "./shown.ts";

/** A schema for one argument: what callers pass, and what is sent. */
export type Schema<Input, Output = Input> = v.GenericSchema<Input, Output>;

/**
 * The arguments of one method. Unknown arguments are rejected, because the platform would ignore them silently.
 * `missing` replaces the message "is required" for some arguments.
 */
// @__NO_SIDE_EFFECTS__
export function input<Entries extends v.ObjectEntries>(
  entries: Entries,
  missing: { readonly [Name in keyof Entries]?: string } = {},
): v.StrictObjectSchema<Entries, v.ErrorMessage<v.StrictObjectIssue>> {
  const schema = v.strictObject(entries, (issue) => {
    if (issue.expected !== "never" && issue.expected !== "Object")
      return missing[String(issue.path?.[0].key)] ?? "is required";
    const known = Object.keys(entries).filter((name) => !UNSUPPORTED.has(entries[name] as object));
    if (issue.expected === "Object")
      return `must be an object with the arguments ${known.join(", ")}, received ${describe(issue.input === AN_ARRAY ? [] : issue.input)}`;
    return known.length === 0
      ? "is not a known argument; this method takes none"
      : `is not a known argument; expected ${known.join(", ")}`;
  });
  return {
    ...schema,
    "~run"(dataset, config) {
      return schema["~run"](Array.isArray(dataset.value) ? { value: AN_ARRAY } : dataset, config);
    },
  };
}

/** Stands for any array, which valibot would take for an object. */
const AN_ARRAY = Symbol("array");

const UNSUPPORTED = new WeakSet();

/** An argument that the platform documents but ignores. `message` says what to do instead. */
// @__NO_SIDE_EFFECTS__
export function unsupported(message: string): v.OptionalSchema<v.NeverSchema<string>, undefined> {
  const schema = v.optional(v.never(message));
  UNSUPPORTED.add(schema);
  return schema;
}

/** An argument that may be omitted. */
// @__NO_SIDE_EFFECTS__
export function optional<Input, Output>(
  schema: Schema<Input, Output>,
): v.OptionalSchema<Schema<Input, Output>, undefined> {
  return v.optional(schema);
}

/** An argument of a change that may be null, which removes the value. */
// @__NO_SIDE_EFFECTS__
export function nullable<Input, Output>(
  schema: Schema<Input, Output>,
): v.NullableSchema<Schema<Input, Output>, undefined> {
  return v.nullable(schema);
}

export const flag: Schema<boolean> = v.boolean("must be true or false");

/** Any JSON object; its keys belong to the caller. */
export const jsonObject: Schema<Readonly<Record<string, unknown>>> = show(
  v.custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === "object" && value !== null && !Array.isArray(value) && isSerializable(value),
    "must be an object that can be serialized as JSON",
  ),
  { is: "object" },
);

function isSerializable(value: object): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}
