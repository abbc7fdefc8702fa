import { endpointsByName } from "../catalogue/endpoints.ts";
import type { AnyCodec } from "../../wire/index.ts";

const byMethod = new Map<string, ReadonlySet<string>>();

/** The fields of a method's answer that hold JSON of any form, which people wrote. */
export function freeFieldsOf(name: string): ReadonlySet<string> {
  const known = byMethod.get(name);
  if (known !== undefined) return known;
  const fields = new Set<string>();
  const codec = endpointsByName.get(name)?.output;
  if (codec !== undefined) collect(codec, "", fields);
  byMethod.set(name, fields);
  return fields;
}

function collect({ shape }: AnyCodec, field: string, fields: Set<string>): void {
  if (typeof shape === "string") {
    if (shape === "json" || shape === "object") fields.add(field);
  } else if ("shape" in shape) collect(shape, field, fields);
  else if ("list" in shape) collect(shape.list, field, fields);
  else if ("map" in shape) collect(shape.map, field, fields);
  else if ("nullable" in shape) collect(shape.nullable, field, fields);
  else if ("all" in shape) for (const part of shape.all) collect(part, field, fields);
  else if ("fields" in shape) for (const { name, codec } of shape.fields) collect(codec, name, fields);
}
