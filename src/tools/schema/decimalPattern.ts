/** The bounds of an amount: 0 or 1, and a power of ten. */
interface Bounds {
  readonly is: string;
  readonly min: number;
  readonly max: number;
}

/**
 * A pattern for decimal strings within bounds, without an exponent and leading zeros. It has no lookaround, which models
 * that write JSON by a grammar do not support.
 */
export function decimalPattern({ is, min, max }: Bounds): string {
  const decimals = is === "share" ? "\\d+" : "\\d{1,8}";
  const digits = Math.round(Math.log10(max));
  const fraction = `(\\.${decimals})?`;
  const options = digits > 0 ? [`[1-9]\\d{0,${digits - 1}}${fraction}`] : [];
  if (is === "amount") options.push("0\\.\\d{0,7}[1-9]0*");
  else if (digits < 0) options.push(`0(\\.(${"0".repeat(-digits)}\\d*|${"0".repeat(-digits - 1)}10*))?`);
  else {
    if (min === 0) options.push(`0${fraction}`);
    options.push(`1${"0".repeat(digits)}(\\.0+)?`);
  }
  return `^(${options.join("|")})$`;
}
