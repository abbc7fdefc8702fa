import * as v from "valibot";
import { parseUuid } from "../../wire/index.ts";
import type { Schema } from "./object.ts";
import { show } from "./shown.ts";

/** One of these strings or numbers. */
// @__NO_SIDE_EFFECTS__
export function oneOf<const Options extends readonly (string | number)[]>(
  options: Options,
): v.PicklistSchema<Options, v.ErrorMessage<v.PicklistIssue>> {
  return v.picklist(options, ({ received }) => `${received} is not supported; use ${formatList(options)}`);
}

function formatList(options: readonly (string | number)[]): string {
  return options.length < 2 ? options.join("") : `${options.slice(0, -1).join(", ")} or ${options.at(-1)}`;
}

export const side: Schema<"buy" | "sell"> = oneOf(["buy", "sell"]);

/** A string of `min` to `max` characters, not counting white space at either end, which the platform trims. */
// @__NO_SIDE_EFFECTS__
export function string(min: number, max: number): Schema<string> {
  const isAccepted = (value: unknown): boolean => {
    if (typeof value !== "string") return false;
    const length = lengthOf(value.trim());
    return length >= min && length <= max;
  };
  const message = `must be a string of ${min === 0 ? "up" : min} to ${max} characters`;
  return show(v.custom<string>(isAccepted, message), { is: "string", min, max });
}

/** In code points, as the platform counts: an emoji is one character. */
function lengthOf(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** A string that has a form. The pattern needs no flags, except that it may be a Unicode pattern. */
// @__NO_SIDE_EFFECTS__
export function matching(pattern: RegExp, message: string): Schema<string> {
  const isAccepted = (value: unknown): boolean => typeof value === "string" && pattern.test(value);
  return show(v.custom<string>(isAccepted, message), { is: "pattern", pattern });
}

/** A trading pair such as `BTCUSDT`. The platform accepts either case. */
export const symbol: Schema<string> = matching(
  /^[A-Za-z0-9]{1,20}$/,
  "must be a symbol without separators, such as BTCUSDT",
);

/** A symbol in upper case: within a backtest the platform distinguishes case. */
export const upperSymbol: Schema<string> = v.pipe(symbol, v.toUpperCase());

/** A symbol without digits: indicators and backtests accept no others. The platform requires upper case. */
export const letterSymbol: Schema<string> = v.pipe(
  matching(/^[A-Za-z]{2,10}[Uu][Ss][Dd][Tt]$/, "must be 2 to 10 letters followed by USDT, such as BTCUSDT"),
  v.toUpperCase(),
);

/** An ID that the platform assigned. */
export const uuid: Schema<string> = show(
  v.custom<string>(
    (value) => typeof value === "string" && parseUuid(value) !== undefined,
    "must be a UUID, such as 9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
  ),
  { is: "uuid" },
);

/**
 * A free string in a path. A slash, also an encoded one, would lead to another path, as would `.` and `..`. Trace ids are
 * ASCII, since a header contains them.
 */
export const pathText: Schema<string> = matching(
  /^[!-\-0-~][ -.0-~]{0,199}$/,
  "must be 1 to 200 ASCII characters without a slash, and must not begin with a dot or a space",
);
