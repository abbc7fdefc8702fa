import { parseOffsetTimestamp, parseTimestamp, timestampProblem, type OffsetTimestamp } from "../timestamps.ts";
import { required, type Field, type FieldInput, type Invalid } from "./field.ts";

/** A timestamp of a query, as Unix milliseconds. */
export const timestamp: Field<number> = required((input) => {
  const text = String(input.value).trim();
  return parseTimestamp(text) ?? invalidTimestamp(input, text);
});

/** A timestamp of a body, with its offset. */
export const offsetTimestamp: Field<OffsetTimestamp> = required((input) => {
  const { value } = input;
  const isText = typeof value === "string";
  const parsed = isText || typeof value === "number" ? parseOffsetTimestamp(value) : undefined;
  if (parsed !== undefined) return parsed;
  return isText
    ? invalidTimestamp(input, value.trim())
    : input.issue("datetime_type", "Input should be a valid datetime");
});

function invalidTimestamp(input: FieldInput, text: string): Invalid {
  const error = timestampProblem(text);
  return input.issue("datetime_from_date_parsing", `Input should be a valid datetime or date, ${error}`, { error });
}
