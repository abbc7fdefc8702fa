import { AmountError, parseAmount, power, type Decimal28 } from "../base/amount.ts";
import { Unprocessable, type Issue } from "./reply.ts";
import { MOST_ISSUES } from "./shortened.ts";
import { parseLooseUuid } from "./uuid.ts";

/** A field that must be there; the reader takes it for one of its own when it is wrong, and complains at the end. */
interface Bounds {
  readonly least?: number;
  readonly most?: number;
}

type Place = "path" | "query" | "body";

/**
 * Reads the fields of a request by the platform's rules. Everything that is wrong is collected, so a field that
 * is wrong reads as a placeholder; `done()` must be called before anything read is used.
 */
export class FieldReader {
  readonly #place: Place;
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #issues: Issue[];

  constructor(place: Place, fields: Readonly<Record<string, unknown>>, issues: Issue[] = []) {
    this.#place = place;
    this.#fields = fields;
    this.#issues = issues;
  }

  /** Refuses the request if anything read so far was wrong. */
  done(): void {
    if (this.#issues.length > 0) throw new Unprocessable(this.#issues);
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined;
  }

  /** The value as it came. */
  raw(name: string): unknown {
    return this.#fields[name];
  }

  /** Whether something was wrong with the field by itself. */
  isWrong(name: string): boolean {
    return this.#issues.some(({ loc }) => loc[1] === name);
  }

  /** `within` says which part of the field is wrong: its place, and what stands there. */
  issue(
    name: string,
    type: string,
    msg: string,
    ctx?: Readonly<Record<string, unknown>>,
    within?: { readonly at: readonly (string | number)[]; readonly input: unknown },
  ): void {
    // No answer tells more, so no more is kept: a request can be wrong in a million places.
    if (this.#issues.length > MOST_ISSUES) return;
    const { at, input } = within ?? { at: [], input: this.#fields[name] };
    this.#issues.push({ type, loc: [this.#place, name, ...at], msg, input, ...(ctx === undefined ? {} : { ctx }) });
  }

  /** A rule that spans fields: checked once the fields themselves are right. */
  rule(holds: boolean, message: string): void {
    this.done();
    if (holds) return;
    this.#issues.push({
      type: "value_error",
      loc: [this.#place],
      msg: `Value error, ${message}`,
      input: this.#fields,
      ctx: { error: {} },
    });
    this.done();
  }

  /** A text; white space around it is cut off in bodies. */
  text(name: string, bounds: Bounds = {}): string {
    return this.#required(name) ? (this.#text(name, bounds) ?? "") : "";
  }

  optionalText(name: string, bounds: Bounds = {}): string | undefined {
    return this.#isAbsent(name) ? undefined : this.#text(name, bounds);
  }

  oneOf<const Option extends string>(name: string, options: readonly [Option, ...Option[]], fallback?: Option): Option {
    if (fallback !== undefined && !this.has(name)) return fallback;
    if (!this.#required(name)) return options[0];
    const value = this.#fields[name];
    const option = options.find((each) => each === value);
    if (option !== undefined) return option;
    const quoted = options.map((each) => `'${each}'`);
    const expected = quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
    this.issue(name, "literal_error", `Input should be ${expected}`, { expected });
    return options[0];
  }

  /** A number greater than 0; `places` is how many decimals it may have. */
  decimal(name: string, places?: number): Decimal28 {
    const nothing = { units: 1n, scale: 0 };
    return this.#required(name) ? (this.#decimal(name, places) ?? nothing) : nothing;
  }

  optionalDecimal(name: string, places?: number): Decimal28 | undefined {
    return this.#isAbsent(name) ? undefined : this.#decimal(name, places);
  }

  /** Complains when a number has more decimals than so many; zeros at its end do not count. */
  checkPlaces(name: string, { units, scale }: Decimal28, places: number): void {
    if (scale <= places || units % power(scale - places) === 0n) return;
    this.issue(name, "decimal_max_places", `Decimal input should have no more than ${places} decimal places`, {
      decimal_places: places,
    });
  }

  integer(name: string, bounds: Bounds, fallback?: number): number {
    if (fallback !== undefined && !this.has(name)) return fallback;
    if (!this.#required(name)) return 0;
    const value = this.#integer(name);
    if (value === undefined) return 0;
    const { least, most } = bounds;
    if (least !== undefined && value < least)
      this.issue(name, "greater_than_equal", `Input should be greater than or equal to ${least}`, { ge: least });
    else if (most !== undefined && value > most)
      this.issue(name, "less_than_equal", `Input should be less than or equal to ${most}`, { le: most });
    return value;
  }

  flag(name: string, fallback?: boolean): boolean {
    if (fallback !== undefined && !this.has(name)) return fallback;
    if (!this.#required(name)) return false;
    const value = this.#fields[name];
    if (typeof value === "boolean") return value;
    const word =
      typeof value === "string" ? value.toLowerCase() : value === 1 || value === 0 ? String(value) : undefined;
    if (word !== undefined && ["true", "yes", "on", "y", "t", "1"].includes(word)) return true;
    if (word !== undefined && ["false", "no", "off", "n", "f", "0"].includes(word)) return false;
    if (typeof value === "string" || typeof value === "number") {
      this.issue(name, "bool_parsing", "Input should be a valid boolean, unable to interpret input");
    } else this.issue(name, "bool_type", "Input should be a valid boolean");
    return false;
  }

  texts(name: string): readonly string[] {
    const value = this.#fields[name];
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string"))
      return value.map((item) => item.trim());
    this.issue(name, "list_type", "Input should be a valid list");
    return [];
  }

  /** A list of texts that must be there. */
  requiredTexts(name: string): readonly string[] {
    return this.#required(name) ? this.texts(name) : [];
  }

  object(name: string): Readonly<Record<string, unknown>> {
    const value = this.#fields[name];
    if (value === undefined) return {};
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    this.issue(name, "dict_type", "Input should be a valid dictionary");
    return {};
  }

  /** A moment in Unix milliseconds. */
  optionalMoment(name: string): number | undefined {
    const value = this.#fields[name];
    if (typeof value !== "string") return undefined;
    const moment = momentOf(value.trim());
    if (moment !== undefined) return moment;
    const error = dateProblem(value.trim());
    this.issue(name, "datetime_from_date_parsing", `Input should be a valid datetime or date, ${error}`, { error });
    return undefined;
  }

  uuid(name: string): string {
    const value = String(this.#fields[name]);
    const id = parseLooseUuid(value);
    if (id !== undefined) return id;
    const error = uuidProblem(value);
    this.issue(name, "uuid_parsing", `Input should be a valid UUID, ${error}`, { error });
    return value;
  }

  #required(name: string): boolean {
    if (this.has(name)) return true;
    this.#issues.push({
      type: "missing",
      loc: [this.#place, name],
      msg: "Field required",
      input: this.#place === "body" ? this.#fields : null,
    });
    return false;
  }

  #isAbsent(name: string): boolean {
    return this.#fields[name] === undefined || this.#fields[name] === null;
  }

  #text(name: string, { least, most }: Bounds): string | undefined {
    const value = this.#fields[name];
    if (typeof value !== "string") {
      this.issue(name, "string_type", "Input should be a valid string");
      return undefined;
    }
    const text = this.#place === "body" ? value.trim() : value;
    if (least !== undefined && text.length < least) {
      this.issue(name, "string_too_short", `String should have at least ${least} character${least === 1 ? "" : "s"}`, {
        min_length: least,
      });
    } else if (most !== undefined && text.length > most) {
      this.issue(name, "string_too_long", `String should have at most ${most} characters`, { max_length: most });
    }
    return text;
  }

  #decimal(name: string, places: number | undefined): Decimal28 | undefined {
    const value = this.#fields[name];
    if (typeof value !== "string" && typeof value !== "number") {
      this.issue(name, "decimal_type", "Decimal input should be an integer, float, string or Decimal object");
      return undefined;
    }
    const text = String(value).trim();
    if (/^[+-]?(?:nan|s?nan\d*|inf|infinity)$/i.test(text)) {
      this.issue(name, "finite_number", "Input should be a finite number");
      return undefined;
    }
    const parsed = decimalOf(text);
    if (parsed === undefined) this.issue(name, "decimal_parsing", "Input should be a valid decimal");
    else if (parsed.units <= 0n) this.issue(name, "greater_than", "Input should be greater than 0", { gt: 0 });
    else {
      if (places !== undefined && parsed.scale < ABSURD) this.checkPlaces(name, parsed, places);
      return parsed;
    }
    return undefined;
  }

  #integer(name: string): number | undefined {
    const value = this.#fields[name];
    if (typeof value === "number") {
      if (Number.isSafeInteger(value)) return value;
      this.issue(name, "int_from_float", "Input should be a valid integer, got a number with a fractional part");
    } else if (typeof value === "string") {
      const text = value.trim();
      if (/^[+-]?\d+(?:_\d+)*(?:\.0+)?$/.test(text)) return Number(text.replaceAll("_", ""));
      this.issue(name, "int_parsing", "Input should be a valid integer, unable to parse string as an integer");
    } else this.issue(name, "int_type", "Input should be a valid integer");
    return undefined;
  }
}

const ABSURD = 900;

/** Numbers of absurd size are numbers all the same: they stand for themselves as far as checks go. */
function decimalOf(text: string): Decimal28 | undefined {
  try {
    return parseAmount(text.replace(/(\d)_(?=\d)/g, "$1"));
  } catch (error) {
    if (!(error instanceof AmountError)) throw error;
    const units = text.startsWith("-") ? -1n : 1n;
    return /[1-9]/.test(text.split(/e/i)[0] ?? "")
      ? { units, scale: /e-/i.test(text) ? ABSURD : -ABSURD }
      : { units: 0n, scale: 0 };
  }
}

function uuidProblem(value: string): string {
  const stray = /[^0-9a-f-]/i.exec(value);
  if (stray !== null) {
    return `invalid character: found \`${stray[0]}\` at ${stray.index + 1}`;
  }
  return `invalid length: expected length 32 for simple format, found ${value.length}`;
}

/** What is wrong with a text that is no date, as the platform's framework puts it. */
export function dateProblem(text: string): string {
  if (text.length < 10) return "input is too short";
  const digits = (from: number, to: number): boolean => /^\d+$/.test(text.slice(from, to));
  if (!digits(0, 4)) return "invalid character in year";
  if (text[4] !== "-") return "invalid date separator, expected `-`";
  if (!digits(5, 7)) return "invalid character in month";
  if (text[7] !== "-") return "invalid date separator, expected `-`";
  if (!digits(8, 10)) return "invalid character in day";
  const month = Number(text.slice(5, 7));
  if (month < 1 || month > 12) return "month value is outside expected range of 1-12";
  const day = Number(text.slice(8, 10));
  if (day < 1 || day > new Date(Date.UTC(Number(text.slice(0, 4)), month, 0)).getUTCDate())
    return "day value is outside expected range";
  return "unexpected extra characters at the end of the input";
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:[T t_](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i;
// Unix numbers above this are milliseconds.
const MOST_SECONDS = 20_000_000_000;

/** ISO-8601 with or without zone (UTC then), or a Unix number. */
export function momentOf(text: string): number | undefined {
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    return Math.abs(number) > MOST_SECONDS ? number : number * 1000;
  }
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", zone = "Z"] = match;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const time = Date.parse(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, "0").slice(0, 3)}${offset}`,
  );
  return Number.isNaN(time) ? undefined : time;
}
