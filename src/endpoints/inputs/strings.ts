import * as v from "valibot";
import { parseUuid } from "../../wire/index.ts";
import type { Schema } from "./object.ts";

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
  return v.custom<string>(
    (value) => typeof value === "string" && value.trim().length >= min && value.trim().length <= max,
    `must be a string of ${min === 0 ? "up" : min} to ${max} characters`,
  );
}

/** A trading pair such as `BTCUSDT`. The platform accepts either case. */
export const symbol: Schema<string> = v.custom<string>(
  (value) => typeof value === "string" && /^[A-Za-z0-9]{1,20}$/.test(value),
  "must be a symbol without separators, such as BTCUSDT",
);

/** A symbol in upper case: within a backtest the platform distinguishes case. */
export const upperSymbol: Schema<string> = v.pipe(symbol, v.toUpperCase());

/** A symbol without digits: indicators and backtests accept no others. The platform requires upper case. */
export const letterSymbol: Schema<string> = v.pipe(
  v.custom<string>(
    (value) => typeof value === "string" && /^[a-z]{2,10}usdt$/i.test(value),
    "must be 2 to 10 letters followed by USDT, such as BTCUSDT",
  ),
  v.toUpperCase(),
);

/** An ID that the platform assigned. */
export const uuid: Schema<string> = v.custom<string>(
  (value) => typeof value === "string" && parseUuid(value) !== undefined,
  "must be a UUID, such as 9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
);
