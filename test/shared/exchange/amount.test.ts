import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  toDecimal28,
  compare,
  toFixed8,
  subtract,
  divide,
  parseDecimal,
  add,
  rescale,
  round,
  fromFixed8,
  sum,
  formatDecimal,
  formatFixed8,
  multiply,
  type Decimal28,
  fixed8,
} from "../../../src/exchange/base/amount.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { decimals } from "../../support/arbitraries.ts";

const operands = decimals.map((decimal) => ({ decimal, amount: toDecimal28(decimal.toString()) }));

function expectSame(amount: Decimal28, decimal: Decimal): void {
  expect(new Decimal(formatDecimal(amount)).eq(decimal), `${formatDecimal(amount)} is not ${decimal.toString()}`).toBe(
    true,
  );
}

describe("amounts against decimal.js at 28 digits", () => {
  it("adds, subtracts, multiplies and divides with the same result", () => {
    fc.assert(
      fc.property(operands, operands, (a, b) => {
        expectSame(add(a.amount, b.amount), a.decimal.plus(b.decimal));
        expectSame(subtract(a.amount, b.amount), a.decimal.minus(b.decimal));
        expectSame(multiply(a.amount, b.amount), a.decimal.times(b.decimal));
        if (!b.decimal.isZero()) expectSame(divide(a.amount, b.amount), a.decimal.div(b.decimal));
        expect(compare(a.amount, b.amount)).toBe(a.decimal.cmp(b.decimal));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it("rounds to the same result in every rounding mode", () => {
    const modes = [
      ["half-even", Decimal.ROUND_HALF_EVEN],
      ["half-away", Decimal.ROUND_HALF_UP],
      ["down", Decimal.ROUND_FLOOR],
      ["up", Decimal.ROUND_CEIL],
    ] as const;
    const ties = fc.integer({ min: -100_000, max: 100_000 }).map((units) => ({ units: BigInt(units) * 5n, scale: 3 }));
    const amounts = fc.oneof(
      ties,
      operands.map(({ amount }) => amount),
    );
    fc.assert(
      fc.property(
        amounts,
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom(...modes),
        (amount, scale, [rounding, mode]) => {
          const units = rescale(amount, scale, rounding);
          expectSame({ units, scale }, new Decimal(formatDecimal(amount)).toDecimalPlaces(scale, mode));
        },
      ),
      { seed: 2, numRuns: 3000 },
    );
  });

  it("parses every string that it writes, including its scale", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 28n), max: 10n ** 28n }),
        fc.integer({ min: -12, max: 24 }),
        (units, scale) => {
          expect(parseDecimal(formatDecimal({ units, scale }))).toEqual({ units, scale });
        },
      ),
      { seed: 3 },
    );
  });

  it("writes strings that the wire codec accepts", () => {
    fc.assert(
      fc.property(operands, ({ amount, decimal }) => {
        expectSame(amount, decimal);
      }),
      { seed: 4 },
    );
  });
});

describe("scales", () => {
  const text = (amount: Decimal28): string => formatDecimal(amount);
  const a = toDecimal28;

  it.each([
    ["a sum has the larger scale", text(add(a("1.5"), a("2.25"))), "3.75"],
    ["zeros are kept", text(subtract(a("61250.40"), a("61250.40"))), "0.00"],
    ["a product has both scales", text(multiply(a("0.02"), a("60000.00"))), "1200.0000"],
    ["times 100 keeps the scale", text(multiply(a("0.019"), a("100"))), "1.900"],
    ["an exact quotient has the difference", text(divide(a("1.000"), a("0.5"))), "2.00"],
    ["or as many decimals as it needs", text(divide(a("1"), a("8"))), "0.125"],
    ["an inexact quotient has 28 digits", text(divide(a("2"), a("3"))), "0.6666666666666666666666666667"],
    ["a zero divided by 8 decimals", text(divide(a("0"), fromFixed8(fixed8(1_000_000_000_000n)))), "0E+8"],
    ["a zero of 16 decimals divided by 8", text(divide(a("0E-16"), fromFixed8(fixed8(1_000_000_000_000n)))), "0E-8"],
    ["a sum of nothing", text(sum([])), "0"],
    [
      "more than 28 digits are cut half-even",
      text(multiply(a("12345678901234567890"), a("1234567890.5"))),
      "1.524157875788751832563633604E+28",
    ],
    ["a stored zero", formatFixed8(fixed8(0n)), "0E-8"],
    ["a millionth", formatFixed8(fixed8(100n)), "0.00000100"],
    ["less than a millionth", formatFixed8(fixed8(99n)), "9.9E-7"],
    ["a quantity as sent", text(a("0.0010")), "0.0010"],
    ["an exponent as sent", text(a("1E+3")), "1E+3"],
    ["a small exponent", text(a("1e-3")), "0.001"],
    ["a negative number", text(subtract(a("0.5"), a("1.25"))), "-0.75"],
  ])("%s", (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it("stores ties rounded half away from zero, and quantizes them half-even", () => {
    expect(toFixed8(a("10.010005005"))).toBe(1_001_000_501n);
    expect(toFixed8(a("-10.010005005"))).toBe(-1_001_000_501n);
    expect(round(a("0.000000025"), 8).units).toBe(2n);
  });

  it("fails if 28 digits are not enough, instead of growing", () => {
    expect(() => round(a("1E+21"), 8)).toThrow("28 digits");
    expect(() => parseDecimal("1E+999999999")).toThrow("out of range");
    expect(() => parseDecimal("9".repeat(2000))).toThrow("out of range");
  });

  it.each(["", ".", "1,5", "0x10", "1e", "--1", "NaN"])("rejects %j as a number", (wrong) => {
    expect(parseDecimal(wrong)).toBeUndefined();
  });
});

// Made with an independent implementation of General Decimal Arithmetic at 28 digits: a, b, a + b, a - b, a * b, a / b.
const VECTORS: readonly (readonly [string, string, ...string[]])[] = [
  [
    "-458073021573681930.36",
    "2129972.200332",
    "-458073021571551958.159668",
    "-458073021575811902.560332",
    "-975682801674023006471598.3929",
    "-215060563467.5803859265220982",
  ],
  [
    "383236.40562",
    "5.49E-14",
    "383236.4056200000000549",
    "383236.4056199999999451",
    "2.1039678668538E-8",
    "6980626696174863387.978142077",
  ],
  [
    "-1.4547527720E+13",
    "608656907029",
    "-13938870812971",
    "-15156184627029",
    "-8.854453226973840343880E+24",
    "-23.90103119179237391852684776",
  ],
  ["-75.858471", "0.0000061", "-75.8584649", "-75.8584771", "-0.0004627366731", "-12435814.91803278688524590164"],
  [
    "9.5254814542124720",
    "6039547620075329.26",
    "6039547620075338.785481454212",
    "-6039547620075319.734518545788",
    "57529598846860621.71100618940",
    "1.577184592857579596621615386E-15",
  ],
  [
    "-52064279.287757",
    "62168275.21748885",
    "10103995.92973185",
    "-114232554.50524585",
    "-3236746443761481.537548089009",
    "-0.8374734397185037656276982479",
  ],
  [
    "-4584744529.07845474",
    "565275.582",
    "-4584179253.49645474",
    "-4585309804.66045474",
    "-2591644131996139.42681415868",
    "-8110.636077463637444010450818",
  ],
  [
    "-7.41629986498E+14",
    "0.000002979232",
    "-741629986497999.999997020768",
    "-741629986498000.000002979232",
    "-2209487787.934409536",
    "-248933277602415656115.4015532",
  ],
  [
    "0.0020215273",
    "-5.69193350564618E+16",
    "-56919335056461799.9979784727",
    "56919335056461800.0020215273",
    "-115063989714484.57010714",
    "-3.551565207138703141692993619E-20",
  ],
  [
    "94.1488594526698572",
    "973291.5061599",
    "973385.6550193526698572",
    "-973197.3573004473301428",
    "91634285.21992578366147485337",
    "0.00009673243715455001669251950950",
  ],
  [
    "-6663747.662994474605",
    "-2.701973402E+12",
    "-2701980065747.662994474605",
    "2701966738252.337005525395",
    "18005268943050730055.67445621",
    "0.000002466252131890702677242712547",
  ],
  [
    "8.843703742447978E+18",
    "-4.4859E-9",
    "8843703742447977999.999999996",
    "8843703742447978000.000000004",
    "-39671970618.2473845102",
    "-1971444691689065293475110903",
  ],
  [
    "-7E-8",
    "-20048718.30669976763",
    "-20048718.30669983763",
    "20048718.30669969763",
    "1.4034102814689837341",
    "3.491495013753961255794830814E-15",
  ],
  [
    "-4.06E-15",
    "4.227875826980134E+16",
    "42278758269801340.00000000000",
    "-42278758269801340.00000000000",
    "-171.6517585753934404",
    "-9.602931037120729475005804235E-32",
  ],
  [
    "-5E+1",
    "701.1391247229",
    "651.1391247229",
    "-751.1391247229",
    "-35056.956236145",
    "-0.07131252305990013057665028490",
  ],
  [
    "-1.93081E+6",
    "9.9169206",
    "-1930800.0830794",
    "-1930819.9169206",
    "-19147689.463686",
    "-194698.5438201451365860486974",
  ],
  [
    "-7755024.2984889341834",
    "3.5762E+7",
    "28006975.7015110658166",
    "-43517024.2984889341834",
    "-277335178962561.2642667508",
    "-0.2168509674651567077736144511",
  ],
  ["-1901.1897367", "808.6", "-1092.5897367", "-2709.7897367", "-1537302.02109562", "-2.351211645683898095473658175"],
  [
    "-31173.296534595",
    "5.4658E-11",
    "-31173.296534594945342",
    "-31173.296534595054658",
    "-0.000001703870041987893510",
    "-570333648040451.5349994511325",
  ],
  [
    "-326110023307.7506749",
    "-0.000713221567284142",
    "-326110023307.7513881215672841",
    "-326110023307.7499616784327159",
    "232588701.9306220138401964606",
    "457235224321015.1604837520432",
  ],
  [
    "-0.000007055500",
    "1.5473E+6",
    "1547299.999992944500",
    "-1547300.000007055500",
    "-10.9169751500",
    "-4.559878498028824403800168035E-12",
  ],
  [
    "-9319.65",
    "-0.000541723230964070",
    "-9319.650541723230964070",
    "-9319.649458276769035930",
    "5.04867090945429497550",
    "17203711.17076596137773094873",
  ],
  [
    "0.00020088951137170",
    "7.6E+3",
    "7600.00020088951137170",
    "-7599.99979911048862830",
    "1.526760286424920",
    "2.643283044364473684210526316E-8",
  ],
  [
    "0.00000674003286",
    "1.5118291E-9",
    "0.0000067415446891",
    "0.0000067385210309",
    "1.0189777812704226E-14",
    "4458.197596540508447681024264",
  ],
];

describe("strings of results", () => {
  it.each(VECTORS)("of %s and %s", (left, right, ...expected) => {
    const a = toDecimal28(left);
    const b = toDecimal28(right);
    expect([add(a, b), subtract(a, b), multiply(a, b), divide(a, b)].map(formatDecimal)).toEqual(expected);
  });
});
