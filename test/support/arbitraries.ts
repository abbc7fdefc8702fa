import fc from "fast-check";
import { Decimal } from "../../src/wire/index.ts";

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({
    unit: fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    minLength: least,
    maxLength: most,
  });

/** Decimals of up to 40 digits, with exponents inside and far outside the platform's range. */
export const decimals: fc.Arbitrary<Decimal> = fc
  .tuple(fc.constantFrom("", "-"), digits(1, 20), digits(1, 20), fc.integer({ min: -30, max: 30 }))
  .map(([sign, whole, fraction, exponent]) => new Decimal(`${sign}${whole}.${fraction}e${exponent}`));

/** Decimal strings as the platform formats them. */
export const decimalTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(fc.constant("0"), fc.stringMatching(/^[1-9]\d{0,17}$/)),
    fc.option(digits(1, 21)),
    fc.option(fc.integer({ min: -30, max: 30 })),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${exponent === null ? "" : `E${exponent < 0 ? exponent : `+${exponent}`}`}`,
  );

export const instants: fc.Arbitrary<Date> = fc.date({
  min: new Date("0000-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});

const figures: fc.Arbitrary<number> = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => !Object.is(value, -0));

/** Values shaped like the samples: same fields and types, null where a sample has null. */
export function arbitraryLike(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  const kinds = new Map(samples.map((sample) => [kindOf(sample), sample]));
  return fc.oneof(
    ...[...kinds].map(([kind]) =>
      ofKind(
        kind,
        samples.filter((sample) => kindOf(sample) === kind),
      ),
    ),
  );
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Decimal.isDecimal(value)) return "decimal";
  if (value instanceof Date) return "date";
  if (Array.isArray(value)) return "list";
  return typeof value;
}

function ofKind(kind: string, samples: readonly unknown[]): fc.Arbitrary<unknown> {
  switch (kind) {
    case "null":
      return fc.constant(null);
    case "decimal":
      return decimals;
    case "date":
      return instants;
    case "boolean":
      return fc.boolean();
    case "string":
      return fc.string({ unit: "binary" });
    case "number":
      return samples.every(Number.isInteger) ? fc.maxSafeInteger() : figures;
    case "list": {
      const items = samples.flatMap((sample) => sample as readonly unknown[]);
      return items.length === 0 ? fc.constant([]) : fc.array(arbitraryLike(items), { maxLength: 4 });
    }
    case "object":
      return likeObjects(samples as readonly Readonly<Record<string, unknown>>[]);
    default:
      return fc.constant(samples[0]);
  }
}

/** Fields that decode a closed union: other strings would be rejected. */
const CLOSED: Readonly<Record<string, readonly string[]>> = {
  side: ["buy", "sell"],
  type: ["market", "limit", "stop_loss", "take_profit"],
};

function likeObjects(samples: readonly Readonly<Record<string, unknown>>[]): fc.Arbitrary<unknown> {
  const names = [...new Set(samples.flatMap((sample) => Object.getOwnPropertyNames(sample)))];
  const fields = names.map((name) => {
    const members = CLOSED[name];
    const values = samples.filter((sample) => Object.hasOwn(sample, name)).map((sample) => sample[name]);
    return [name, members === undefined ? arbitraryLike(values) : fc.constantFrom(...members)] as const;
  });
  return fc.record(Object.fromEntries(fields), { noNullPrototype: true });
}
