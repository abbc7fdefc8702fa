/** Writes plain data as JSON, with bigints, maps, sets and undefined. Rejects everything that is not plain data. */
export function writePlain(value: unknown): string {
  return JSON.stringify(toJson(value, new Set()));
}

/** Reads what `writePlain` wrote: nothing in the result is shared with the original. */
export function readPlain(text: string): unknown {
  return fromJson(JSON.parse(text));
}

/** `containers`: the maps and sets seen so far. One that occurs twice would become two. */
function toJson(value: unknown, containers: Set<object>): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $: "number", value: Object.is(value, -0) ? "-0" : String(value) };
  if (typeof value === "bigint") return { $: "bigint", value: String(value) };
  if (typeof value !== "object") throw new TypeError(`${typeof value} is not plain data`);
  if (Array.isArray(value)) return value.map((each) => toJson(each, containers));
  if (value instanceof Map || value instanceof Set) {
    if (containers.has(value)) throw new TypeError("a map or set occurs twice");
    containers.add(value);
    return { $: value instanceof Map ? "map" : "set", value: [...value].map((each) => toJson(each, containers)) };
  }
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new TypeError(`an object of class ${value.constructor.name} is not plain data`);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, toJson(each, containers)]));
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const fields = value as Readonly<Record<string, unknown>>;
  switch (fields["$"]) {
    case "undefined":
      return undefined;
    case "number":
      return Number(fields["value"]);
    case "bigint":
      return BigInt(String(fields["value"]));
    case "map":
      return new Map(fromJson(fields["value"]) as [unknown, unknown][]);
    case "set":
      return new Set(fromJson(fields["value"]) as unknown[]);
    default:
      return Object.fromEntries(Object.entries(fields).map(([name, each]) => [name, fromJson(each)]));
  }
}
