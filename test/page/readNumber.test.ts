// Numbers in the languages of the page's users.
import fc from "fast-check";
import { expect, test } from "vitest";
import { numberStyle } from "../../demo/src/parts/readNumber.ts";

function read(locale: string, text: string): string {
  const reading = numberStyle(locale).read(text);
  if (reading.kind === "number") return reading.value.toFixed();
  return reading.kind === "ambiguous" ? reading.readings.join(" or ") : reading.kind;
}

test.each([
  // The locale's own rules.
  ["en-US", "1,000", "1000"],
  ["en-US", "59,000", "59000"],
  ["en-US", "1,234,567.89", "1234567.89"],
  ["en-US", "1.000", "1"],
  ["en-US", ".5", "0.5"],
  ["en-US", "5.", "5"],
  ["en-US", "0.00000001", "0.00000001"],
  ["de-DE", "1.000", "1000"],
  ["de-DE", "5.537,36", "5537.36"],
  ["de-DE", "0,5", "0.5"],
  ["de-DE", "1,000", "1"],
  ["fr-FR", "1\u202f234,5", "1234.5"],
  ["fr-FR", "1 234,5", "1234.5"],
  ["de-CH", "1’234.5", "1234.5"],
  ["de-CH", "1'234.5", "1234.5"],
  ["en-IN", "12,34,567.5", "1234567.5"],
  ["ar-EG", "١٬٢٣٤٫٥", "1234.5"],
  ["fa-IR", "۱۲۳", "123"],
  ["es-ES", "1234,5", "1234.5"],
  // The other way of writing, where only one reading is left.
  ["en-US", "5.537,36", "5537.36"],
  ["en-US", "1.000.000", "1000000"],
  ["en-US", "0,5", "0.5"],
  ["de-DE", "5,537.36", "5537.36"],
  ["de-DE", "0.001", "0.001"],
  ["ar-EG", "1.5", "1.5"],
  ["ar-EG", "١.٥", "1.5"],
  ["fa-IR", "1.234", "1.234"],
  // Two readings.
  ["ar-EG", "1,234", "١٫٢٣٤ or ١٬٢٣٤"],
  ["en-US", "1,5", "1.5 or 15"],
  ["en-US", "1,0000", "1 or 10,000"],
  ["de-DE", "1.5", "1,5 or 15"],
  ["de-DE", "59.00", "59 or 5.900"],
  // No numbers.
  ["en-US", "12,34,567", "invalid"],
  ["en-US", "1,00,000", "invalid"],
  ["en-US", "1e3", "invalid"],
  ["en-US", "-1", "invalid"],
  ["en-US", "+1", "invalid"],
  ["en-US", "1 000", "invalid"],
  ["en-US", "$5", "invalid"],
  ["en-US", "1.2.3", "invalid"],
  ["en-US", ",", "invalid"],
  ["en-US", ".", "invalid"],
  ["en-US", "0x10", "invalid"],
  ["en-US", "Infinity", "invalid"],
  ["en-US", "1".repeat(31), "invalid"],
  ["en-US", "  ", "empty"],
] as const)("%s: %s is %s", (locale, text, expected) => {
  expect(read(locale, text)).toBe(expected);
});

test.each(["en-US", "de-DE", "fr-FR", "de-CH", "en-IN", "ar-EG", "hi-IN", "pl-PL", "pt-BR"])(
  "%s reads what it writes",
  (locale) => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: 8 });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 17n }), fc.nat(8), (units, scale) => {
        const digits = units.toString().padStart(scale + 1, "0");
        const plain = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
        const exact = plain.includes(".") ? plain.replace(/\.?0+$/, "") : plain;
        expect(read(locale, format.format(plain as `${number}`))).toBe(exact);
      }),
      { seed: 1 },
    );
  },
);
