import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatInstant, formatStreamInstant, instant, parseInstant } from "../../../src/wire/index.ts";
import { instants } from "../../support/arbitraries.ts";
import { seeded } from "../../support/seeded.ts";

const two = (value: number): string => String(value).padStart(2, "0");

interface Sample {
  readonly text: string;
  readonly milliseconds: number;
}

/** A time in one of the formats, and its value by `Date.parse`, which supports milliseconds only. */
function sampleFrom(random: () => number): Sample {
  const below = (limit: number): number => Math.floor(random() * limit);
  const [year, month] = [random() < 0.9 ? 1970 + below(100) : below(10_000), 1 + below(12)];
  const days = [
    31,
    year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ][month - 1] as number;
  const seconds = `${String(year).padStart(4, "0")}-${two(month)}-${two(1 + below(days))}T${two(below(24))}:${two(below(60))}:${two(below(60))}`;
  const fraction = Array.from({ length: below(10) }, () => String(below(10))).join("");
  const zone = random() < 0.6 ? "Z" : `${random() < 0.5 ? "+" : "-"}${two(below(24))}:${two(below(60))}`;
  return {
    text: `${seconds}${fraction === "" ? "" : `.${fraction}`}${zone}`,
    milliseconds: Date.parse(`${seconds}.${fraction.slice(0, 3).padEnd(3, "0")}${zone}`),
  };
}

describe("parseInstant", () => {
  // Must run first, since the codec caches the last day.
  it("rejects a day of zeros", () => expect(parseInstant("0000-00-00T00:00:00Z")).toBeNaN());

  it("agrees with Date.parse for 100 000 strings", () => {
    const random = seeded(4);
    const wrong: string[] = [];
    for (let round = 0; round < 100_000; round++) {
      const { text, milliseconds } = sampleFrom(random);
      if (parseInstant(text) !== milliseconds) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });

  it("rejects strings of another form", () => {
    const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
    const random = seeded(5);
    const wrong: string[] = [];
    let refused = 0;
    for (let round = 0; round < 50_000; round++) {
      const { text } = sampleFrom(random);
      const at = Math.floor(random() * (text.length + 1));
      const odd = ["", "0", "9", " ", "-", ":", "T", "Z", "z", "+", "٣"][Math.floor(random() * 11)] as string;
      const changed = `${text.slice(0, at)}${odd}${text.slice(at + Math.floor(random() * 3))}`;
      if (Number.isNaN(parseInstant(changed))) refused++;
      else if (!form.test(changed)) wrong.push(changed);
    }
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(20_000);
  });

  it("rejects days and times that do not exist", () => {
    const wrong = [
      "2026-02-29T00:00:00Z",
      "2026-02-30T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-00-10T00:00:00Z",
      "2026-01-00T00:00:00Z",
      "0000-00-00T00:00:00Z",
      "2026-01-01T24:00:00Z",
      "2026-01-01T00:60:00Z",
      "2026-01-01T00:00:60Z",
      "2026-01-01T00:00:00+24:00",
      "2026-01-01T00:00:00+00:60",
      "2026-01-01T00:00:00",
      "2026-01-01T00:00:00.Z",
      "2026-01-01T00:00:00.1234567890Z",
      "2026-01-01 00:00:00Z",
      "2026-01-01",
      "",
    ];
    for (const text of wrong) expect([text, parseInstant(text)]).toEqual([text, Number.NaN]);
    expect(parseInstant("2024-02-29T00:00:00Z")).toBe(Date.UTC(2024, 1, 29));
  });
});

describe("instant", () => {
  it("decode(encode(x)) is x", () => {
    fc.assert(
      fc.property(instants, (date) => {
        const text = formatInstant(date);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/);
        expect(instant.decode(instant.encode(date)).getTime()).toBe(date.getTime());
      }),
      { seed: 6, numRuns: 2000 },
    );
  });

  it("writes what toISOString writes", () => {
    // Repeats days, which are cached, and contains years with a sign.
    const days = fc.oneof(fc.integer({ min: 20_454, max: 20_456 }), fc.integer({ min: -100_000_000, max: 99_999_999 }));
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 86_399 }), fc.constantFrom(0, 7, 999), (day, second, fraction) => {
        const date = new Date(day * 86_400_000 + second * 1000 + fraction);
        const iso = date.toISOString();
        expect(formatStreamInstant(date)).toBe(iso);
        expect(formatInstant(date)).toBe(fraction === 0 ? iso.replace(".000Z", "Z") : iso.replace("Z", "000Z"));
      }),
      { seed: 11, numRuns: 2000 },
    );
    expect(() => formatInstant(new Date(Number.NaN))).toThrow(RangeError);
  });

  it("writes six decimals or none, like the platform", () => {
    expect(formatInstant(new Date(Date.UTC(2026, 2, 5, 14)))).toBe("2026-03-05T14:00:00Z");
    expect(formatInstant(new Date(Date.UTC(2026, 2, 5, 14, 7, 31, 500)))).toBe("2026-03-05T14:07:31.500000Z");
    expect(instant.encode("2026-03-05T14:07:31.482913Z")).toBe("2026-03-05T14:07:31.482913Z");
  });

  it("returns a new Date to every caller, and rejects invalid times", () => {
    const [one, other] = [instant.decode("2026-03-05T14:00:00Z"), instant.decode("2026-03-05T14:00:00Z")];
    expect(one).toEqual(other);
    expect(one).not.toBe(other);
    for (const wrong of [0, null, undefined, "now", new Date()])
      expect(() => instant.decode(wrong)).toThrow(expect.objectContaining({ name: "DecodeError" }) as Error);
  });
});
