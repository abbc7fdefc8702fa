import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Decimal, quantityFor, roundToStep, ValidationError, type Amount } from "../../../src/index.ts";

const Exact = Decimal.clone({ precision: 300 });
const pair = (stepSize: string, minQty = "0", minNotional = "0") => ({
  stepSize: new Decimal(stepSize),
  minQty: new Decimal(minQty),
  minNotional: new Decimal(minNotional),
});

describe("quantityFor", () => {
  test.each([
    ["25", "60000", pair("0.00001"), "0.00041"],
    ["25", "60000", pair("0"), "0.00041666"],
    ["25", "60000", undefined, "0.00041666"],
    ["25", "60000", pair("0.0000000001"), "0.00041666"],
    ["100", "0.00001755", pair("1"), "5698005"],
    ["1", "3", pair("0.1"), "0.3"],
    ["0.3", "0.1", pair("1"), "3"],
    ["10", "2.5", pair("0.5"), "4"],
    ["0", "5", pair("0.1"), "0"],
    ["25", "60000", pair("0.00001", "0.0005"), "0"],
    ["25", "60000", pair("0.00001", "0.00041"), "0.00041"],
    ["25", "60000", pair("0.00001", "0", "24.7"), "0"],
    ["25", "60000", pair("0.00001", "0", "24.6"), "0.00041"],
    // 28 digits would round these up by one step.
    ["0.99999999999999999999999999999999999999", "1", pair("1"), "0"],
    ["2.99999999999999999999999999999999999", "3", pair("0.00000001"), "0.99999999"],
  ] as const)("%s at %s", (amount, price, rules, expected) => {
    const quantity = quantityFor(amount, price, rules);
    expect(quantity.toFixed()).toBe(expected);
    expect(new Exact(quantity).times(price).lte(amount)).toBe(true);
  });

  test("is always the maximum that the amount buys in whole steps", () => {
    const amounts = fc.tuple(fc.bigInt(1n, 10n ** 24n), fc.integer({ min: 0, max: 18 }));
    const decimalOf = ([digits, places]: readonly [bigint, number]) =>
      new Exact(digits.toString()).times(new Exact(10).pow(-places));
    fc.assert(
      fc.property(amounts, amounts, fc.tuple(fc.bigInt(1n, 999n), fc.integer({ min: 0, max: 8 })), (a, p, s) => {
        const [amount, price, step] = [decimalOf(a), decimalOf(p), decimalOf(s)];
        const quantity = new Exact(quantityFor(amount.toFixed(), price.toFixed(), pair(step.toFixed())));
        expect(quantity.mod(step).isZero()).toBe(true);
        expect(quantity.times(price).lte(amount)).toBe(true);
        expect(quantity.plus(step).times(price).gt(amount)).toBe(true);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  test("accepts strings, Decimals and numbers, and returns a Decimal of this package", () => {
    for (const amount of ["25", 25, new Decimal(25)]) {
      const quantity = quantityFor(amount, new Decimal("60000.5"), pair("0.00001"));
      expect(quantity).toBeInstanceOf(Decimal);
      expect(quantity.constructor).toBe(Decimal);
      expect(quantity.toString()).toBe("0.00041");
    }
  });

  test.each([
    ["amount", "-1", "5", pair("1")],
    ["amount", "ten", "5", pair("1")],
    ["amount", Number.NaN, "5", pair("1")],
    ["amount", Infinity, "5", pair("1")],
    ["amount", undefined, "5", pair("1")],
    ["amount", 0.1 + 0.2, "5", pair("1")],
    ["amount", "1e999999999", "5", pair("1")],
    ["amount", "1".repeat(1000), "5", pair("1")],
    ["price", "5", "0", pair("1")],
    ["price", "5", 0, pair("1")],
    ["price", "5", "-3", pair("1")],
    ["price", "5", null, pair("1")],
    ["price", "5", new Decimal(Number.NaN), pair("1")],
    ["pair", "5", "3", null],
    ["pair", "5", "3", "BTCUSDT"],
    ["pair.stepSize", "5", "3", {}],
    ["pair.stepSize", "5", "3", { ...pair("1"), stepSize: "-1" }],
    ["pair.minQty", "5", "3", { ...pair("1"), minQty: "x" }],
    ["pair.minNotional", "5", "3", { ...pair("1"), minNotional: undefined }],
  ])("rejects an invalid %s", (field, amount, price, rules) => {
    let error: unknown;
    try {
      quantityFor(amount as Amount, price as Amount, rules as never);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ code: "VALIDATION_ERROR", issues: [{ field }] });
  });
});

describe("roundToStep", () => {
  test.each([
    ["0.123456789", "0.001", "0.123"],
    ["0.123456789", "0", "0.12345678"],
    ["0.9999999999999999999999999999999999", "1", "0"],
    ["7", "2.5", "5"],
    ["0.3", "0.1", "0.3"],
    ["0", "0.1", "0"],
    ["5", "10", "0"],
    ["123456789012", "0.00000001", "123456789012"],
  ])("%s in steps of %s", (quantity, step, expected) => {
    expect(roundToStep(quantity, step).toFixed()).toBe(expected);
    expect(roundToStep(new Decimal(quantity), pair(step)).toFixed()).toBe(expected);
  });

  test.each([
    ["-1", "0.1", "quantity"],
    ["x", "0.1", "quantity"],
    ["1", "-0.1", "step"],
    ["1", undefined, "step"],
    ["1", {}, "step"],
  ])("rejects %s in steps of %s", (quantity, step, field) => {
    expect(() => roundToStep(quantity, step as never)).toThrow(ValidationError);
    expect(() => roundToStep(quantity, step as never)).toThrow(new RegExp(`roundToStep: ${field} `));
  });
});
