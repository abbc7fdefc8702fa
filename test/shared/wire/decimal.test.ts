import { Decimal as DecimalJs } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Decimal, decimal, integer, number, parsePlainDecimal, plainText } from "../../../src/wire/index.ts";
import { decimals, decimalTexts } from "../../support/arbitraries.ts";
import { seeded } from "../../support/seeded.ts";

const PLAIN = /^-?(0|[1-9]\d{0,13})(\.\d{1,14})?$/;

/** Strings near the limits of the fast path: long, short, with zeros in all places, and malformed. */
function textFrom(random: () => number): string {
  const below = (limit: number): number => Math.floor(random() * limit);
  const digits = (most: number): string => {
    const kind = below(4);
    return Array.from({ length: below(most + 1) }, () =>
      kind === 0 ? "0" : kind === 1 && random() < 0.8 ? "0" : kind === 2 ? "9" : String(below(10)),
    ).join("");
  };
  let text = `${random() < 0.2 ? "-" : ""}${random() < 0.3 ? "0" : digits(16)}`;
  if (random() < 0.8) text += `.${digits(16)}`;
  if (random() < 0.1) text += `${random() < 0.5 ? "e" : "E"}${["", "+", "-"][below(3)]}${below(20)}`;
  if (random() < 0.1) {
    const at = below(text.length + 1);
    text = `${text.slice(0, at)}${" -+.eE0x/:,_٣"[below(13)]}${text.slice(at)}`;
  }
  return text;
}

function isIdentical(one: Decimal | undefined, other: Decimal): boolean {
  return (
    one !== undefined &&
    one.s === other.s &&
    one.e === other.e &&
    one.constructor === other.constructor &&
    one.d.length === other.d.length &&
    one.d.every((word, index) => word === other.d[index])
  );
}

describe("parsePlainDecimal", () => {
  it("agrees with the constructor for 200 000 strings", () => {
    const random = seeded(1);
    const wrong: string[] = [];
    let plain = 0;
    for (let round = 0; round < 200_000; round++) {
      const text = textFrom(random);
      const isPlain = PLAIN.test(text);
      if (isPlain) plain++;
      if (isPlain ? !isIdentical(parsePlainDecimal(text), new Decimal(text)) : parsePlainDecimal(text) !== undefined)
        wrong.push(text);
    }
    expect(wrong).toEqual([]);
    expect(plain).toBeGreaterThan(80_000);
  });

  it("creates genuine Decimals with this package's settings", () => {
    const value = parsePlainDecimal("61250.40") as Decimal;
    expect(value).toBeInstanceOf(Decimal);
    expect(Decimal.isDecimal(value)).toBe(true);
    expect(value.div(3).toString()).toBe("20416.8");
    expect((parsePlainDecimal("1") as Decimal).div(3).toString()).toBe("0.3333333333333333333333333333");
    expect((parsePlainDecimal("2") as Decimal).div(3).toString()).toBe("0.6666666666666666666666666667");
  });
});

describe("decimal", () => {
  it("decodes every form that the platform writes", () => {
    const forms = {
      "0E-8": "0",
      "0": "0",
      "0.0": "0",
      "0E+8": "0",
      "1.2E-7": "0.00000012",
      "9.9E-7": "0.00000099",
      "0.00000100": "0.000001",
      "1E+3": "1000",
    };
    for (const [text, plain] of Object.entries(forms)) expect(plainText(decimal.decode(text))).toBe(plain);
    expect(isIdentical(decimal.decode("0E-8"), new Decimal("0E-8"))).toBe(true);
    for (const text of [
      "207.1551232000000000",
      "66.66666666666666666666666667",
      "-1.3476313000000000",
      "300.3000000000000000000",
    ]) {
      expect(decimal.decode(text).eq(new Decimal(text))).toBe(true);
    }
  });

  it("decodes any numeric string exactly, and encodes it in plain notation", () => {
    fc.assert(
      fc.property(decimalTexts, (text) => {
        const value = decimal.decode(text);
        expect(value.eq(new Decimal(text))).toBe(true);
        expect(value.constructor).toBe(Decimal);
        expect(decimal.encode(value)).toMatch(/^-?\d+(\.\d+)?$/);
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it("decode(encode(x)) is x", () => {
    fc.assert(
      fc.property(decimals, (value) => {
        const again = decimal.decode(JSON.parse(JSON.stringify(decimal.encode(value))));
        expect(again.eq(value)).toBe(true);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  it("rejects everything else", () => {
    for (const wrong of [
      1,
      null,
      undefined,
      true,
      {},
      [],
      "",
      " 1",
      "1 ",
      "+1",
      ".5",
      "5.",
      "1,5",
      "0x10",
      "0b1",
      "NaN",
      "Infinity",
      "-Infinity",
      "1e",
      "1e+",
      "--1",
      "1_0",
      "1E+9000000000000001",
    ]) {
      expect(() => decimal.decode(wrong)).toThrow(expect.objectContaining({ name: "DecodeError" }) as Error);
    }
  });

  it("decodes -0 as 0", () => {
    for (const text of ["-0", "-0.00", "-0E-8", "-0.0000000000000000000000", "0"]) {
      expect(JSON.stringify([decimal.decode(text)])).toBe('["0"]');
      expect(decimal.decode(text).s).toBe(1);
    }
    expect([number.decode(-0), integer.decode(-0)]).toEqual([0, 0]);
    expect(JSON.stringify(decimal.decode("-0.01"))).toBe('"-0.01"');
  });

  it("encodes valid strings unchanged", () => expect(decimal.encode("0E-8")).toBe("0E-8"));
});

describe("Decimal", () => {
  it("has 28 digits, rounds half to even, and shows no exponent above 1e-22", () => {
    expect(new Decimal(1).div(3).toString()).toBe("0.3333333333333333333333333333");
    expect(new Decimal("1e-22").toString()).toBe("1e-22");
    expect(new Decimal("1.5e-21").toString()).toBe("0.0000000000000000000015");
    expect([
      new Decimal("0.125").toDecimalPlaces(2).toString(),
      new Decimal("0.375").toDecimalPlaces(2).toString(),
    ]).toEqual(["0.12", "0.38"]);
  });

  it("does not share settings with the caller's decimal.js", () => {
    const { precision } = DecimalJs;
    DecimalJs.set({ precision: 5 });
    expect(new Decimal(1).div(3).toString()).toBe("0.3333333333333333333333333333");
    expect(decimal.decode("1").div(3).precision()).toBe(28);
    DecimalJs.set({ precision });
  });
});
