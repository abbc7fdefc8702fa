import { INVALID, required, type Field } from "./field.ts";

/** A list of `min` to `max` items. */
export function list<Item>(
  item: Field<Item>,
  { min = 0, max = Number.POSITIVE_INFINITY }: { readonly min?: number; readonly max?: number } = {},
): Field<readonly Item[]> {
  return required((input) => {
    const { value } = input;
    if (!Array.isArray(value)) return input.issue("list_type", "Input should be a valid list");
    const { length } = value;
    if (length < min) {
      const msg = `List should have at least ${min} item${min === 1 ? "" : "s"} after validation, not ${length}`;
      return input.issue("too_short", msg, { field_type: "List", min_length: min, actual_length: length });
    }
    if (length > max) {
      const msg = `List should have at most ${max} items after validation, not ${length}`;
      return input.issue("too_long", msg, { field_type: "List", max_length: max, actual_length: length });
    }
    const items = value.map((each: unknown, index) => item(input.child(index, each)));
    const valid = items.filter((each): each is Item => each !== INVALID);
    return valid.length === length ? valid : INVALID;
  });
}

/** A list of strings. A wrong item is reported as a wrong list. */
export const strings: Field<readonly string[]> = required((input) => {
  const { value } = input;
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? value.map((item) => item.trim())
    : input.issue("list_type", "Input should be a valid list");
});
