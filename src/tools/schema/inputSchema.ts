import { conditionOf, shownBy, type Shown } from "../../endpoints/inputs/index.ts";
import type { JsonSchema, JsonValue } from "../json.ts";
import { decimalPattern } from "./decimalPattern.ts";

/** The parts of valibot's rules that schemas are made from. */
export interface Rule {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Rule[];
  readonly entries?: Readonly<Record<string, Rule>>;
  readonly wrapped?: Rule;
  readonly item?: Rule;
  readonly options?: readonly (string | number)[];
  readonly message?: unknown;
}

/** Describes an argument by its path, such as `riskProfile.maxOpenOrders`. */
export type Describe = (path: string) => string | undefined;

const UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";
const TIMESTAMP =
  "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3])(:[0-5]\\d){2}(\\.\\d{1,9})?(Z|[+-][01]\\d:[0-5]\\d)$";

/** The rule also accepts unusual ones, such as `HTTPS://EXAMPLE.COM:443`. */
const USUAL_URL = "^https://([a-z0-9]+(-[a-z0-9]+)*\\.)+[a-z]{2,63}(:\\d{1,4})?([/?#]\\S*)?$";

/**
 * The JSON Schema of a rule for arguments. Objects are closed, also those that a rule leaves open, since a key that nobody
 * knows is a mistake of the model. The schema accepts nothing that the rule refuses, as far as JSON Schema can tell.
 */
export function inputSchema(rule: Rule, describe: Describe, path = ""): JsonSchema {
  const schema = schemaOf(rule, describe, path);
  const description = describe(path) ?? descriptionOf(rule);
  return description === undefined || path === "" ? schema : { ...schema, description };
}

function schemaOf(rule: Rule, describe: Describe, path: string): JsonSchema {
  if (rule.pipe !== undefined) {
    const parts = rule.pipe.map((part) =>
      part.kind === "schema" ? schemaOf(part, describe, path) : conditionOf(part),
    );
    return Object.assign({}, ...parts) as JsonSchema;
  }
  const shown = shownBy(rule);
  if (shown !== undefined) return shownSchema(shown);
  switch (rule.type) {
    case "strict_object":
    case "loose_object":
      return objectSchema(rule.entries ?? {}, describe, path);
    case "array":
      return { type: "array", items: schemaOf(required(rule.item), describe, path) };
    case "picklist":
      return enumSchema(rule.options ?? []);
    case "optional":
    case "nullish":
      return schemaOf(required(rule.wrapped), describe, path);
    case "nullable":
      return orNull(schemaOf(required(rule.wrapped), describe, path));
    case "boolean":
    case "string":
      return { type: rule.type };
    default:
      throw new TypeError(`No JSON Schema for the rule "${rule.type}" at "${path}".`);
  }
}

function required(rule: Rule | undefined): Rule {
  if (rule === undefined) throw new TypeError("The rule has no inner rule.");
  return rule;
}

function objectSchema(entries: Readonly<Record<string, Rule>>, describe: Describe, path: string): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const names: string[] = [];
  for (const [name, rule] of Object.entries(entries)) {
    // Arguments that exist only to be refused.
    if (rule.wrapped?.type === "never") continue;
    properties[name] = inputSchema(rule, describe, path === "" ? name : `${path}.${name}`);
    if (rule.type !== "optional" && rule.type !== "nullish") names.push(name);
  }
  return {
    type: "object",
    properties,
    ...(names.length > 0 && { required: names }),
    additionalProperties: false,
  };
}

function enumSchema(options: readonly (string | number)[]): JsonSchema {
  const types = [...new Set(options.map((option) => (typeof option === "string" ? "string" : "number")))];
  return { type: types.length === 1 ? (types[0] ?? "string") : types, enum: options };
}

/** The same, or null. */
export function orNull(schema: JsonSchema): JsonSchema {
  return typeof schema["type"] === "string" && schema["enum"] === undefined
    ? { ...schema, type: [schema["type"], "null"] }
    : { anyOf: [schema, { type: "null" }] };
}

function shownSchema(shown: Shown): JsonSchema {
  switch (shown.is) {
    case "amount":
      // The smallest and the largest amount that is whole; a number between them and the bounds has no exact form.
      return { type: ["string", "number"], pattern: decimalPattern(shown), minimum: 1e-8, maximum: shown.max - 1 };
    case "amountWithin":
    case "share":
      return { type: ["string", "number"], pattern: decimalPattern(shown), ...bounds(shown) };
    case "integer":
    case "number":
      return { type: shown.is, ...bounds(shown) };
    case "string":
      return { type: "string", ...minLength(shown.min), maxLength: shown.max };
    case "pattern":
      return { type: "string", pattern: shown.pattern.source };
    case "uuid":
      return { type: "string", format: "uuid", pattern: UUID };
    case "timestamp":
      return { type: "string", format: "date-time", pattern: TIMESTAMP };
    case "object":
      return { type: "object" };
    default: // url
      return {
        type: "string",
        pattern: USUAL_URL,
        maxLength: 2048,
        not: { pattern: "^https://[^/?#]*localhost([:/?#]|$)" },
      };
  }
}

function bounds({ min, max }: { readonly min: number; readonly max: number }): Record<string, JsonValue> {
  return { ...(Number.isFinite(min) && { minimum: min }), ...(Number.isFinite(max) && { maximum: max }) };
}

/** The minimum length without white space at either end. */
function minLength(min: number): Record<string, JsonValue> {
  if (min === 0) return {};
  return { pattern: min === 1 ? "\\S" : `^\\s*\\S[\\s\\S]{${min - 2},}\\S\\s*$` };
}

/** The example in the message of a rule that has a form: `must be a symbol without separators, such as BTCUSDT`. */
function descriptionOf(rule: Rule): string | undefined {
  const { message } = rule.wrapped ?? rule;
  const example = typeof message === "string" ? /such as \w+$/.exec(message)?.[0] : undefined;
  return example === undefined || shownBy(rule.wrapped ?? rule)?.is !== "pattern" ? undefined : `S${example.slice(1)}.`;
}
