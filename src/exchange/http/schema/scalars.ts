import { parseLooseUuid } from "../uuid.ts";
import { required, type Field, type FieldInput, type Invalid } from "./field.ts";

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** A string of `min` to `max` characters. In bodies, surrounding white space is removed first. */
export function string({ min, max }: Bounds = {}): Field<string> {
  return required((input) => {
    if (typeof input.value !== "string") return input.issue("string_type", "Input should be a valid string");
    const text = input.isInBody ? input.value.trim() : input.value;
    if (min !== undefined && text.length < min) {
      const msg = `String should have at least ${min} character${min === 1 ? "" : "s"}`;
      return input.issue("string_too_short", msg, { min_length: min });
    }
    if (max !== undefined && text.length > max)
      return input.issue("string_too_long", `String should have at most ${max} characters`, { max_length: max });
    return text;
  });
}

/** A string that matches a pattern; `msg` replaces the message that quotes the pattern. */
export function matching(pattern: RegExp, msg = `String should match pattern '${pattern.source}'`): Field<string> {
  return required((input) => {
    if (typeof input.value !== "string") return input.issue("string_type", "Input should be a valid string");
    const text = input.value.trim();
    return pattern.test(text) ? text : input.issue("string_pattern_mismatch", msg, { pattern: pattern.source });
  });
}

/** One of a few strings. */
export function oneOf<const Option extends string>(options: readonly Option[]): Field<Option> {
  return required((input) => {
    const option = options.find((each) => each === input.value);
    if (option !== undefined) return option;
    const quoted = options.map((each) => `'${each}'`);
    const expected = quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
    return input.issue("literal_error", `Input should be ${expected}`, { expected });
  });
}

const TRUE = new Set(["true", "yes", "on", "y", "t", "1"]);
const FALSE = new Set(["false", "no", "off", "n", "f", "0"]);

/** A boolean, or one of the words and digits that the framework takes for one. */
export const boolean: Field<boolean> = required((input) => {
  const { value } = input;
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : value === 1 || value === 0 ? String(value) : "";
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  return typeof value === "string" || typeof value === "number"
    ? input.issue("bool_parsing", "Input should be a valid boolean, unable to interpret input")
    : input.issue("bool_type", "Input should be a valid boolean");
});

/** An integer from `min` to `max`. */
export function integer({ min, max }: Bounds = {}): Field<number> {
  return required((input) => {
    const value = parseInteger(input);
    if (typeof value !== "number") return value;
    if (min !== undefined && value < min)
      return input.issue("greater_than_equal", `Input should be greater than or equal to ${min}`, { ge: min });
    if (max !== undefined && value > max)
      return input.issue("less_than_equal", `Input should be less than or equal to ${max}`, { le: max });
    return value;
  });
}

function parseInteger(input: FieldInput): number | Invalid {
  const { value } = input;
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return value;
    return input.issue("int_from_float", "Input should be a valid integer, got a number with a fractional part");
  }
  if (typeof value !== "string") return input.issue("int_type", "Input should be a valid integer");
  const text = value.trim();
  if (/^[+-]?\d+(?:_\d+)*(?:\.0+)?$/.test(text)) return Number(text.replaceAll("_", ""));
  return input.issue("int_parsing", "Input should be a valid integer, unable to parse string as an integer");
}

/** A binary floating-point number, also as a string. */
export const float: Field<number> = required((input) => {
  const { value } = input;
  const number = parseFloatingPoint(value);
  if (number !== undefined) return number;
  if (typeof value === "number") return input.issue("finite_number", "Input should be a finite number");
  if (typeof value === "string")
    return input.issue("float_parsing", "Input should be a valid number, unable to parse string as a number");
  return input.issue("float_type", "Input should be a valid number");
});

/** `undefined` for anything but a finite number. */
export function parseFloatingPoint(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A UUID in the path. Bodies and queries have their own rules: see `Call.parseUuid()`. */
export const uuid: Field<string> = required((input) => {
  const text = String(input.value);
  const id = parseLooseUuid(text);
  if (id !== undefined) return id;
  const error = uuidProblem(text);
  return input.issue("uuid_parsing", `Input should be a valid UUID, ${error}`, { error });
});

function uuidProblem(text: string): string {
  const stray = /[^0-9a-f-]/i.exec(text);
  return stray === null
    ? `invalid length: expected length 32 for simple format, found ${text.length}`
    : `invalid character: found \`${stray[0]}\` at ${stray.index + 1}`;
}
