// Random arguments for any rule: valid ones in the form that schemas show, and wrong ones.
import fc, { type Arbitrary } from "fast-check";
import * as v from "valibot";
import { conditionOf, shownBy, type Shown } from "../../src/endpoints/inputs/index.ts";
import type { Rule } from "../../src/tools/schema/inputSchema.ts";

type Entries = Readonly<Record<string, Rule>>;

/** Arguments that the rule and its schema should accept. */
export function validInputs(rule: v.GenericSchema): Arbitrary<unknown> {
  // Conditions on several arguments are met by chance.
  return valid(rule).filter((input) => !hasConditions(rule) || v.is(rule, input));
}

/** Arguments of which one is wrong. */
export function wrongInputs(rule: v.GenericSchema): Arbitrary<unknown> {
  return fc.oneof(
    { weight: 4, arbitrary: wrong(rule) },
    { weight: 1, arbitrary: fc.constantFrom(null, "BTCUSDT", 5, true, [], [{}]) },
  );
}

function hasConditions(rule: Rule): boolean {
  return (rule.pipe ?? []).some((step) => step.type === "check" || step.type === "partial_check");
}

/** The rule that a pipe begins with, or the object that it ends with. */
function baseOf(rule: Rule): Rule {
  const schemas = rule.pipe?.filter(({ kind }) => kind === "schema") ?? [];
  const last = schemas.at(-1);
  return last === undefined ? rule : baseOf(last);
}

/** What a pipe adds to its base, such as the bounds of a list. */
function conditionsOf(rule: Rule): Readonly<Record<string, unknown>> {
  const own = (rule.pipe ?? []).map((step) => (step.kind === "schema" ? conditionsOf(step) : conditionOf(step)));
  return Object.assign({}, ...own) as Readonly<Record<string, unknown>>;
}

function isOptional({ type }: Rule): boolean {
  return type === "optional" || type === "nullish";
}

function entriesOf(rule: Rule): Entries {
  return Object.fromEntries(Object.entries(rule.entries ?? {}).filter(([, entry]) => entry.wrapped?.type !== "never"));
}

function valid(rule: Rule): Arbitrary<unknown> {
  const base = baseOf(rule);
  const shown = shownBy(base);
  if (shown !== undefined) return validShown(shown);
  switch (base.type) {
    case "strict_object":
    case "loose_object": {
      const entries = Object.entries(entriesOf(base));
      return fc.record(Object.fromEntries(entries.map(([name, entry]) => [name, valid(entry)])), {
        requiredKeys: entries.filter(([, entry]) => !isOptional(entry)).map(([name]) => name),
        noNullPrototype: true,
      });
    }
    case "optional":
    case "nullish":
      return valid(inner(base.wrapped));
    case "nullable":
      return fc.option(valid(inner(base.wrapped)), { nil: null });
    case "array": {
      const { minItems = 0, maxItems = 12, contains } = conditionsOf(rule);
      const items = contains === undefined ? valid(inner(base.item)) : fc.constantFrom("BTCUSDT", "ETHUSDT");
      return fc.array(items, {
        minLength: Number(minItems),
        maxLength: Math.min(Number(maxItems), Number(minItems) + 12),
      });
    }
    case "picklist":
      return fc.constantFrom(...(base.options ?? []));
    case "boolean":
      return fc.boolean();
    case "string":
      return fc.string();
    default:
      throw new Error(`No values for the rule ${base.type}.`);
  }
}

function inner(rule: Rule | undefined): Rule {
  if (rule === undefined) throw new Error("The rule has no inner rule.");
  return rule;
}

function validShown(shown: Shown): Arbitrary<unknown> {
  switch (shown.is) {
    case "amount":
      return amounts(0, shown.max / 10).filter((value) => Number(value) > 0);
    case "amountWithin":
    case "share":
      return amounts(shown.min, shown.max);
    case "integer":
      return fc.integer({ min: Math.max(shown.min, -1e9), max: Math.min(shown.max, 1e9) });
    case "number":
      return fc.double({ min: Math.max(shown.min, -1e9), max: Math.min(shown.max, 1e9), noNaN: true });
    case "string":
      return fc
        .string({ unit: "grapheme", minLength: shown.min, maxLength: Math.min(shown.max, 40) })
        .filter((text) => Array.from(text.trim()).length >= shown.min && Array.from(text).length <= shown.max);
    case "pattern":
      return matchingStrings(shown.pattern);
    case "uuid":
      return fc.oneof(
        fc.uuid(),
        fc.uuid().map((id) => id.toUpperCase()),
      );
    case "timestamp":
      return fc
        .tuple(
          fc.date({
            min: new Date("2000-01-01T00:00:00Z"),
            max: new Date("2100-01-01T00:00:00Z"),
            noInvalidDate: true,
          }),
          fc.constantFrom("Z", "+05:30", "-11:00"),
          fc.constantFrom("", ".5", ".123456"),
        )
        .map(([date, zone, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}${zone}`);
    case "object":
      return fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    default: // url
      return fc
        .tuple(
          fc.constantFrom("example.com", "hooks.kestrel.dev", "a-b.co.uk"),
          fc.constantFrom("", "/a?b=c", ":8443/x"),
        )
        .map(([host, path]) => `https://${host}${path}`);
  }
}

/** Strings of a pattern. Lookahead is checked afterwards. */
function matchingStrings(pattern: RegExp): Arbitrary<string> {
  const simple = new RegExp(pattern.source.replaceAll(/\(\?![^)]*\)/g, ""), pattern.flags);
  return fc.stringMatching(simple).filter((text) => pattern.test(text));
}

/** Decimal strings and numbers with at most 8 decimals. */
function amounts(min: number, max: number): Arbitrary<string | number> {
  const places = max < 1 ? 6 : 4;
  const scale = 10 ** places;
  return fc
    .tuple(
      fc.integer({ min: Math.ceil(min * scale), max: Math.min(Math.floor(max * scale), 2 ** 31 - 1) }),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([units, form]) => {
      const text = (units / scale).toFixed(places);
      if (form === 0) return Number(text);
      return form === 1 ? text.replace(/\.?0+$/, "") : text;
    });
}

function wrong(rule: Rule): Arbitrary<unknown> {
  const base = baseOf(rule);
  const shown = shownBy(base);
  if (shown !== undefined) return wrongShown(shown);
  switch (base.type) {
    case "strict_object":
    case "loose_object":
      return wrongObject(rule, base);
    case "optional":
    case "nullish":
    case "nullable":
      return wrong(inner(base.wrapped)).filter((value) => value !== null || base.type === "optional");
    case "array":
      return wrongArray(rule, base);
    case "picklist":
      return fc.constantFrom("sideways", "", 0, -1, null, true, [base.options?.[0]], ` ${base.options?.[0]}`);
    case "boolean":
      return fc.constantFrom("true", 1, 0, null, "yes", []);
    case "string":
      return fc.constantFrom(5, true, null, [], {});
    default:
      throw new Error(`No values for the rule ${base.type}.`);
  }
}

/** One argument is wrong, missing or unknown, or known only to be refused. */
function wrongObject(rule: Rule, base: Rule): Arbitrary<unknown> {
  const entries = Object.entries(entriesOf(base));
  const refused = Object.keys(base.entries ?? {}).filter((name) => !entries.some(([known]) => known === name));
  const good = valid(rule) as Arbitrary<Record<string, unknown>>;
  const ways: Arbitrary<unknown>[] = [];
  for (const [name, entry] of entries) {
    ways.push(fc.tuple(good, wrong(entry)).map(([input, value]) => withEntry(input, name, value)));
    if (!isOptional(entry))
      ways.push(good.map((input) => Object.fromEntries(Object.entries(input).filter(([key]) => key !== name))));
  }
  // The rule for documents keeps unknown keys, which its schema does not show.
  if (base.type === "strict_object")
    ways.push(
      fc
        .tuple(
          good,
          fc.constantFrom("acknowledged", "Symbol", "limit_", "constructor", ...refused),
          fc.constantFrom(1, "x", true),
        )
        .map(([input, name, value]) => withEntry(input, name, value)),
    );
  if (base.type === "loose_object")
    ways.push(
      ...entries
        .filter(([name]) => name.includes("_"))
        .map(([name]) => good.map((input) => withEntry(input, camelCase(name), 1))),
    );
  ways.push(fc.constantFrom("{}", 7, [], null));
  return fc.oneof(...ways);
}

function withEntry(input: object, name: string, value: unknown): object {
  return { ...input, [name]: value };
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function wrongArray(rule: Rule, base: Rule): Arbitrary<unknown> {
  const { minItems = 0, maxItems } = conditionsOf(rule);
  const item = valid(inner(base.item));
  const min = Number(minItems);
  const ways: Arbitrary<unknown>[] = [
    fc.constantFrom("BTCUSDT,ETHUSDT", {}, null, 3),
    fc
      .tuple(fc.array(item, { minLength: min, maxLength: min + 2 }), wrong(inner(base.item)))
      .map(([good, bad]) => good.concat([bad])),
  ];
  if (min > 0) ways.push(fc.array(item, { maxLength: min - 1 }));
  if (maxItems !== undefined) ways.push(item.map((value) => Array.from({ length: Number(maxItems) + 1 }, () => value)));
  return fc.oneof(...ways);
}

const NOT_TEXT = [5, true, null, {}, ["BTCUSDT"]];

function wrongShown(shown: Shown): Arbitrary<unknown> {
  switch (shown.is) {
    case "amount":
      return fc.constantFrom(
        "0",
        "0.0",
        "-1",
        "",
        "10%",
        "$100",
        "1,000",
        "ten",
        "0.000000001",
        "1e20",
        "1000000000000",
        "NaN",
        "Infinity",
        0,
        -0.5,
        1e12,
        1e300,
        0.123456789123,
        null,
        true,
        {},
        [],
      );
    case "amountWithin":
    case "share": {
      const { min, max } = shown;
      return fc.constantFrom(
        String(max * 10),
        String(-max),
        "ten",
        "10%",
        "",
        "1,000",
        -1,
        max * 2,
        max + 1e-6,
        null,
        {},
        [],
        ...(min > 0 ? [String(min / 2), min / 2, 0, "0"] : []),
      );
    }
    case "integer":
    case "number": {
      const { is, min, max } = shown;
      return fc.constantFrom<unknown>(
        "ten",
        "",
        null,
        true,
        {},
        [1],
        "10%",
        ...(is === "integer" ? [1.5] : []),
        ...(Number.isFinite(min) ? [min - 1, min - 1e6] : []),
        ...(Number.isFinite(max) ? [max + 1, max * 10 + 10] : []),
      );
    }
    case "string":
      return fc.constantFrom<unknown>(
        ...NOT_TEXT,
        "x".repeat(shown.max + 1),
        "\u{1F600}".repeat(shown.max + 1),
        ...(shown.min > 0 ? ["", "   ", ` ${"x".repeat(shown.min - 1)} `] : []),
      );
    case "pattern":
      return fc
        .constantFrom<unknown>(...NOT_TEXT, "", "BTC/USDT", " ", "a/b", "BTC/USDT; DROP TABLE")
        .filter((value) => typeof value !== "string" || !shown.pattern.test(value));
    case "uuid":
      return fc.constantFrom<unknown>(
        ...NOT_TEXT,
        "",
        "order-1",
        "9f0c6d5a-2b67-4b0b-9d55",
        "zf0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
      );
    case "timestamp":
      return fc.constantFrom<unknown>(
        true,
        null,
        {},
        [],
        "yesterday",
        "2026-03-05",
        "2026-03-05T14:00:00",
        "2026-02-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-03-05 14:00:00Z",
        "2026-03-05T24:00:00Z",
        "2026-03-05T14:00:00+5",
        "",
        1_700_000_000,
      );
    case "object":
      return fc.constantFrom<unknown>("{}", 5, null, [], true);
    default: // url
      return fc.constantFrom<unknown>(
        ...NOT_TEXT,
        "http://example.com",
        "https://localhost/a",
        "https://127.0.0.1/a",
        "https://[::1]/a",
        "https://api.localhost",
        "example.com",
      );
  }
}
