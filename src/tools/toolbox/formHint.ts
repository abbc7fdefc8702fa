/** What models write instead of an amount, and what to write. */
const FORMS: readonly (readonly [form: RegExp, hint: string])[] = [
  [/%\s*$/, 'percentages are not accepted: compute the amount and write it in plain digits, such as "0.01"'],
  [/^\s*[$€£¥]|^\s*-?[\d.,]+\s*(?:usdt?|eur|dollars?)\s*$/i, 'write it without a currency, such as "100"'],
  [/^\s*-?\d*,(?:\d{1,2}|\d{4,})\s*$/, 'write a decimal point, such as "0.5"'],
  [/^\s*-?[\d,_ ']+(?:\.\d+)?\s*$/, 'write it without separators and signs, such as "1000.5"'],
  [/^\s*-?[\d.]+\s*[a-z]{1,10}\s*$/i, 'write the number without its unit, such as "0.5"'],
  [/^\s*\d+\s*\/\s*\d+\s*$/, 'write a decimal instead of a fraction, such as "0.5"'],
];

const SEPARATORS = /[\s/\\\-_:.]/g;

/** The right form of a value that looks like a known wrong one. */
export function formHint(field: string, value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  if (/symbol|pair/i.test(field)) {
    const joined = value.replace(SEPARATORS, "").toUpperCase();
    return /^[A-Z0-9]{2,20}$/.test(joined) ? `write "${joined}"` : undefined;
  }
  return FORMS.find(([form]) => form.test(value))?.[1];
}
