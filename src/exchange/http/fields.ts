import { AmountError, compare, parseAmount, type Decimal28 } from "../base/amount.ts";
import { crash } from "../base/rejection.ts";
import { dateProblem, momentOf, type FieldReader } from "./read.ts";
import { parseLooseUuid } from "./uuid.ts";

/** A moment as it came in a body. */
export interface ReadMoment {
  /** Unix milliseconds. */
  readonly time: number;
  /** Whether it said where on earth it is meant. */
  readonly zoned: boolean;
  /** As the platform writes it back: its offset in digits, or none. */
  readonly text: string;
}

const NO_MOMENT: ReadMoment = { time: 0, zoned: true, text: "" };

/** A moment that must be there. */
export function readMoment(fields: FieldReader, name: string): ReadMoment {
  const value = fields.raw(name);
  if (value === undefined) {
    fields.text(name);
    return NO_MOMENT;
  }
  return momentFrom(value) ?? complain(fields, name, value);
}

/** The moments of an object that must be there, such as `{ start, end }`. */
export function readMoments<const Name extends string>(
  fields: FieldReader,
  name: string,
  names: readonly Name[],
): Readonly<Record<Name, ReadMoment>> {
  const found = {} as Record<Name, ReadMoment>;
  for (const each of names) found[each] = NO_MOMENT;
  const value = fields.raw(name);
  if (value === undefined) fields.text(name);
  else if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const msg = "Input should be a valid dictionary or object to extract fields from";
    fields.issue(name, "model_attributes_type", msg);
  } else {
    for (const each of names) {
      const part: unknown = (value as Readonly<Record<string, unknown>>)[each];
      if (part === undefined) fields.issue(name, "missing", "Field required", undefined, { at: [each], input: value });
      else found[each] = momentFrom(part) ?? complain(fields, name, part, each);
    }
  }
  return found;
}

function complain(fields: FieldReader, name: string, input: unknown, part?: string): ReadMoment {
  const within = { at: part === undefined ? [] : [part], input };
  if (typeof input === "string") {
    const error = dateProblem(input.trim());
    const message = `Input should be a valid datetime or date, ${error}`;
    fields.issue(name, "datetime_from_date_parsing", message, { error }, within);
  } else fields.issue(name, "datetime_type", "Input should be a valid datetime", undefined, within);
  return NO_MOMENT;
}

function momentFrom(value: unknown): ReadMoment | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const text = String(value).trim();
  const time = momentOf(text);
  if (time === undefined || !Number.isFinite(time) || Math.abs(time) > MOST_TIME) return undefined;
  const zone = /[T t_].*?(Z|[+-]\d\d:?\d\d)$/i.exec(text)?.[1];
  const isNumber = /^[+-]?[\d.]+$/.test(text);
  const offset = isNumber || zone?.toUpperCase() === "Z" ? "+00:00" : (zone ?? "");
  return { time, zoned: isNumber || zone !== undefined, text: localText(time, offset) };
}

// The end of the year 9999: later times have no text of four-digit years.
const MOST_TIME = 253_402_300_799_999;

/** A moment as the clock of its offset shows it. */
function localText(time: number, offset: string): string {
  const digits = offset.replace(":", "");
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5));
  const local = new Date(time + (digits.startsWith("-") ? -minutes : minutes) * 60_000).toISOString();
  const bare = local.endsWith(".000Z") ? local.slice(0, -5) : `${local.slice(0, -1)}000`;
  return `${bare}${digits === "" ? "" : `${digits.slice(0, 3)}:${digits.slice(3)}`}`;
}

/** A moment as the platform writes it where it does not write `Z`. */
export function offsetText(time: number): string {
  return localText(time, "+00:00");
}

/** A number from `least` to `most`; undefined when it is absent. */
export function readDecimal(
  fields: FieldReader,
  name: string,
  least: Decimal28,
  most: Decimal28,
): Decimal28 | undefined {
  const value = fields.raw(name);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string" && typeof value !== "number") {
    fields.issue(name, "decimal_type", "Decimal input should be an integer, float, string or Decimal object");
    return undefined;
  }
  const text = String(value)
    .trim()
    .replace(/(\d)_(?=\d)/g, "$1");
  let amount: Decimal28 | undefined;
  try {
    amount = parseAmount(text);
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    // Numbers of absurd size lie beyond any bounds.
    amount = /^-|e-/i.test(text)
      ? { units: least.units - 1n, scale: least.scale }
      : { ...most, units: most.units + 1n };
  }
  const tell = (bound: Decimal28): number => Number(bound.units) / 10 ** bound.scale;
  if (amount === undefined) fields.issue(name, "decimal_parsing", "Input should be a valid decimal");
  else if (compare(amount, least) < 0) {
    const ge = tell(least);
    fields.issue(name, "greater_than_equal", `Input should be greater than or equal to ${ge}`, { ge });
  } else if (compare(amount, most) > 0) {
    const le = tell(most);
    fields.issue(name, "less_than_equal", `Input should be less than or equal to ${le}`, { le });
  } else return amount;
  return undefined;
}

/** A binary number; undefined when it is absent or null. */
export function readFloat(fields: FieldReader, name: string): number | undefined {
  const value = fields.raw(name);
  if (value === undefined || value === null) return undefined;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  if (typeof value === "number") fields.issue(name, "finite_number", "Input should be a finite number");
  else if (typeof value === "string") {
    fields.issue(name, "float_parsing", "Input should be a valid number, unable to parse string as a number");
  } else fields.issue(name, "float_type", "Input should be a valid number");
  return undefined;
}

/** A list of texts that all fit a pattern; undefined when it is absent or null. */
export function readTexts(fields: FieldReader, name: string, pattern: RegExp): readonly string[] | undefined {
  const value = fields.raw(name);
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) {
    fields.issue(name, "list_type", "Input should be a valid list");
    return undefined;
  }
  const texts: string[] = [];
  for (const [index, item] of (value as readonly unknown[]).entries()) {
    const within = { at: [index], input: item };
    if (typeof item !== "string")
      fields.issue(name, "string_type", "Input should be a valid string", undefined, within);
    else if (pattern.test(item.trim())) texts.push(item.trim());
    else {
      const msg = `String should match pattern '${pattern.source}'`;
      fields.issue(name, "string_pattern_mismatch", msg, { pattern: pattern.source }, within);
    }
  }
  return texts;
}

/** A list of `least` to `most` items that must be there; what is wrong with an item is `check`'s to say. */
export function readList<Item>(
  fields: FieldReader,
  name: string,
  least: number,
  most: number,
  check: (item: unknown, index: number) => Item | undefined,
): readonly Item[] {
  const value = fields.raw(name);
  if (value === undefined) fields.text(name);
  else if (!Array.isArray(value)) fields.issue(name, "list_type", "Input should be a valid list");
  else if (value.length < least) {
    const msg = `List should have at least ${least} item${least === 1 ? "" : "s"} after validation, not ${value.length}`;
    fields.issue(name, "too_short", msg, { field_type: "List", min_length: least, actual_length: value.length });
  } else if (value.length > most) {
    const msg = `List should have at most ${most} items after validation, not ${value.length}`;
    fields.issue(name, "too_long", msg, { field_type: "List", max_length: most, actual_length: value.length });
  } else {
    return (value as readonly unknown[]).flatMap((item, index) => {
      const checked = check(item, index);
      return checked === undefined ? [] : [checked];
    });
  }
  return [];
}

/** A list of binary numbers that must be there. */
export function readFloats(fields: FieldReader, name: string, least: number, most: number): readonly number[] {
  return readList(fields, name, least, most, (item, index) => {
    const number = typeof item === "string" && item.trim() !== "" ? Number(item) : item;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    const type = typeof item === "string" ? "float_parsing" : "float_type";
    fields.issue(name, type, "Input should be a valid number", undefined, { at: [index], input: item });
    return undefined;
  });
}

/** A list of ids that must be there. */
export function readUuids(fields: FieldReader, name: string, least: number, most: number): readonly string[] {
  return readList(fields, name, least, most, (item, index) => {
    const id = typeof item === "string" ? parseLooseUuid(item.trim()) : undefined;
    if (id === undefined) {
      const type = typeof item === "string" ? "uuid_parsing" : "uuid_type";
      fields.issue(name, type, "Input should be a valid UUID", undefined, { at: [index], input: item });
    }
    return id;
  });
}

/** A text or null that has to be an id; a malformed one ends in a crash where the platform has it so. */
export function readUuid(
  fields: FieldReader,
  name: string,
  text: string | undefined,
  crashes: boolean,
): string | undefined {
  if (text === undefined) return undefined;
  const id = parseLooseUuid(text);
  if (id !== undefined) return id;
  if (crashes) throw crash();
  fields.issue(name, "uuid_parsing", "Input should be a valid UUID");
  fields.done();
  return undefined;
}
