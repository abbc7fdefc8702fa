import { integer, withDefault, type Field } from "../schema/index.ts";

/** The query fields of a list: at most `max` items, by default `limit`. */
export function paging(max: number, limit: number): { readonly limit: Field<number>; readonly offset: Field<number> } {
  return {
    limit: withDefault(integer({ min: 1, max }), limit),
    offset: withDefault(integer({ min: 0 }), 0),
  };
}
