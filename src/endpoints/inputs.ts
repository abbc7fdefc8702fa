import * as v from "valibot";
import { Exact, parseInstant, parseUuid, plainText, unitProblem, type Decimal } from "../wire/index.ts";

/** A price, quantity or amount as it goes in, with at most 8 decimals: a Decimal, a decimal text or a number. */
export type Amount = Decimal | string | number;

/** A moment as it goes in: a Date, an ISO-8601 text with `Z` or an offset, or Unix milliseconds (not seconds). */
export type Timestamp = Date | string | number;

type Schema<Input, Output = Input> = v.GenericSchema<Input, Output>;

/**
 * The arguments of one call; unknown ones are refused, since they would be ignored without a word.
 * `missing` says more about a required argument than that it is required.
 */
// @__NO_SIDE_EFFECTS__
export function input<Entries extends v.ObjectEntries>(
  entries: Entries,
  missing: { readonly [Name in keyof Entries]?: string } = {},
): v.StrictObjectSchema<Entries, v.ErrorMessage<v.StrictObjectIssue>> {
  return v.strictObject(entries, (issue) => {
    if (issue.expected !== "never" && issue.expected !== "Object")
      return missing[String(issue.path?.[0].key)] ?? "is required";
    const known =
      Object.keys(entries)
        .filter((name) => !REFUSED.has(entries[name] as object))
        .join(", ") || "none";
    return issue.expected === "never"
      ? `is not an argument of this call; it takes: ${known}`
      : `must be an object with the arguments: ${known}`;
  });
}

const REFUSED = new WeakSet();

/** An argument that the documentation names and the platform ignores: `reason` tells what to do instead. */
// @__NO_SIDE_EFFECTS__
export function refused(reason: string): v.OptionalSchema<v.NeverSchema<string>, undefined> {
  const schema = v.optional(v.never(reason));
  REFUSED.add(schema);
  return schema;
}

/** May be left out. */
// @__NO_SIDE_EFFECTS__
export function optional<Input, Output>(
  schema: Schema<Input, Output>,
): v.OptionalSchema<Schema<Input, Output>, undefined> {
  return v.optional(schema);
}

/** One of a few texts or numbers. */
// @__NO_SIDE_EFFECTS__
export function oneOf<const Options extends readonly (string | number)[]>(
  options: Options,
): v.PicklistSchema<Options, v.ErrorMessage<v.PicklistIssue>> {
  return v.picklist(options, ({ received }) => `${received} is not supported; use ${listed(options)}`);
}

function listed(options: readonly (string | number)[]): string {
  return options.length < 2 ? options.join("") : `${options.slice(0, -1).join(", ")} or ${options.at(-1)}`;
}

/** A whole number from `least` to `most`. */
// @__NO_SIDE_EFFECTS__
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return v.custom<number>(
    (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
    `must be a whole number ${range}`,
  );
}

/** Any JSON number that is not NaN or infinite. */
export const finiteNumber: Schema<number> = v.custom<number>(
  (value) => Number.isFinite(value),
  "must be a finite number",
);

/** A number from `least` to `most`, which need not be whole. */
// @__NO_SIDE_EFFECTS__
export function numberWithin(least: number, most: number): Schema<number> {
  const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
  return v.custom<number>(
    (value) => Number.isFinite(value) && (value as number) >= least && (value as number) <= most,
    `must be a number ${range}`,
  );
}

/** `true` or `false`. */
export const flag: Schema<boolean> = v.boolean("must be true or false");

/** A text of `least` to `most` characters, counted without the white space around it, which the platform cuts off. */
// @__NO_SIDE_EFFECTS__
export function text(least: number, most: number): Schema<string> {
  return v.custom<string>(
    (value) => typeof value === "string" && value.trim().length >= least && value.trim().length <= most,
    least === 0 ? `must be a text of up to ${most} characters` : `must be a text of ${least} to ${most} characters`,
  );
}

/** A trading pair in one word. The platform takes either case. */
export const symbol: Schema<string> = v.custom<string>(
  (value) => typeof value === "string" && /^[A-Za-z0-9]{1,20}$/.test(value),
  "must be a pair in one word, such as BTCUSDT",
);

/** A pair without digits in its name: indicators and backtests know no others. The platform wants upper case. */
export const letterSymbol: Schema<string> = v.pipe(
  v.custom<string>(
    (value) => typeof value === "string" && /^[a-z]{2,10}usdt$/i.test(value),
    "must be 2 to 10 letters and USDT, such as BTCUSDT",
  ),
  v.toUpperCase(),
);

/** A list of `least` to `most` items, or of 0 or 1 to any number; `things` names them. */
// @__NO_SIDE_EFFECTS__
export function listOf<Input, Output>(
  item: Schema<Input, Output>,
  things: string,
  least: number,
  most: number = Number.POSITIVE_INFINITY,
): Schema<readonly Input[], readonly Output[]> {
  const problem = most === Number.POSITIVE_INFINITY ? "must not be empty" : `must hold ${least} to ${most} ${things}`;
  return v.pipe(
    v.array(item, `must be a list of ${things}`),
    v.check((items) => items.length >= least && items.length <= most, problem),
  );
}

/** A list for a query, where it is one text: joined by commas. */
// @__NO_SIDE_EFFECTS__
export function joined<Input>(items: Schema<readonly Input[], readonly string[]>): Schema<readonly Input[], string> {
  return v.pipe(
    items,
    v.transform((list) => list.join(",")),
  );
}

/** A list of pairs for a query. An empty one means all of them on one path and none on another, so it is refused. */
export const symbols: Schema<readonly string[], string> = joined(listOf(symbol, "pairs", 1));

/** An id that the platform gave. */
export const uuid: Schema<string> = v.custom<string>(
  (value) => typeof value === "string" && parseUuid(value) !== undefined,
  "must be a UUID, such as 9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
);

export const side: Schema<"buy" | "sell"> = oneOf(["buy", "sell"]);

/** Any JSON object; its keys are the caller's. */
export const jsonObject: Schema<Readonly<Record<string, unknown>>> = v.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value) && isJson(value),
  "must be an object that can be written as JSON",
);

function isJson(value: object): boolean {
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

const PLAIN = /^\d+(\.\d+)?$/;
const SCIENTIFIC = /^\d+(\.\d+)?e[+-]?\d+$/i;
const MOST = 1e12;
const PLACES = 8;

/**
 * A positive amount with at most 8 decimals: the platform stores so many, and rounds the others away without a word.
 * Plain decimal texts go out as they were written, everything else in plain digits.
 */
export const amount: Schema<Amount, string> = amountWhere((plain) => {
  if (!/[1-9]/.test(plain)) return "must be greater than 0";
  return new Exact(plain).gte(MOST) ? "must be below 1000000000000" : placesProblem(plain);
});

/** An amount with at most 8 decimals from `least`, which may be 0, to `most`. */
// @__NO_SIDE_EFFECTS__
export function amountWithin(least: number, most: number): Schema<Amount, string> {
  return amountWhere((plain) => rangeProblem(plain, least, most) ?? placesProblem(plain));
}

/** A share from `least` to `most`, with as many decimals as it has. */
// @__NO_SIDE_EFFECTS__
export function shareWithin(least: number, most: number): Schema<Amount, string> {
  return amountWhere((plain) => rangeProblem(plain, least, most));
}

function rangeProblem(plain: string, least: number, most: number): string | undefined {
  return new Exact(plain).lt(least) || new Exact(plain).gt(most) ? `must be from ${least} to ${most}` : undefined;
}

/** Zeros at the end are no decimals. */
function placesProblem(plain: string): string | undefined {
  const places = new Exact(plain).decimalPlaces();
  return places <= PLACES
    ? undefined
    : `must have at most ${PLACES} decimals, but ${plain} has ${places}; the platform would round it silently, so round it first`;
}

// @__NO_SIDE_EFFECTS__
function amountWhere(problemOf: (plain: string) => string | undefined): Schema<Amount, string> {
  return v.pipe(
    v.custom<Amount>(() => true),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const written = writtenForm(dataset.value);
      const plain = typeof written === "string" ? plainForm(written) : written;
      const problem = typeof plain === "string" ? problemOf(plain) : plain.problem;
      if (problem === undefined) return plain as string;
      addIssue({ message: problem });
      return NEVER;
    }),
  );
}

function plainForm(written: string): string | Problem {
  if (PLAIN.test(written)) return written;
  if (SCIENTIFIC.test(written)) return digitsOf(new Exact(written));
  return {
    problem: written.startsWith("-")
      ? `must not be negative (${written})`
      : 'must be a decimal text such as "0.001", a Decimal or a number',
  };
}

/** Written out only when it is of sensible size: `1e999999999` has a billion digits. */
function digitsOf(value: Decimal): string | Problem {
  return Math.abs(value.e) > 40 ? { problem: `is out of range (${value.toString()})` } : plainText(value);
}

interface Problem {
  readonly problem: string;
}

/** The amount as text, or why it cannot be taken. */
function writtenForm(value: unknown): string | Problem {
  if (typeof value === "string") return value.trim();
  if (Exact.isDecimal(value)) {
    // Also a Decimal of the caller's own copy of decimal.js.
    return value.isFinite() ? digitsOf(value) : { problem: `must be a finite amount, not ${value.toString()}` };
  }
  if (typeof value !== "number") return { problem: 'must be a decimal text such as "0.001", a Decimal or a number' };
  if (!Number.isFinite(value)) return { problem: `must be a finite amount, not ${value}` };
  const exact = new Exact(String(value));
  if (exact.decimalPlaces() > 8 || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    return {
      problem: `is a number that is not exact to 8 decimals (${value}); pass a text such as "${plainText(exact.toDecimalPlaces(8))}" or a Decimal`,
    };
  }
  return plainText(exact);
}

/** A timestamp, as ISO text with `Z`. */
export const timestamp: Schema<Timestamp, string> = v.pipe(
  v.custom<Timestamp>(() => true),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const value: unknown = dataset.value;
    if (typeof value === "string" && !Number.isNaN(parseInstant(value))) return value;
    const unit = typeof value === "number" ? unitProblem(value) : undefined;
    if (unit !== undefined) {
      addIssue({ message: unit });
      return NEVER;
    }
    const date = value instanceof Date ? value : typeof value === "number" ? new Date(value) : undefined;
    if (date !== undefined && !Number.isNaN(date.getTime())) return date.toISOString();
    addIssue({
      message: 'must be a Date, Unix milliseconds, or a text with a time zone such as "2026-03-05T14:00:00Z"',
    });
    return NEVER;
  }),
);
