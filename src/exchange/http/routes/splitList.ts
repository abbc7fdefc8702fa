/** The items of a comma-separated list in a query. */
export function splitList(list: string): readonly string[] {
  return list
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
