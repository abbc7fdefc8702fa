import type { JsonSchema } from "../json.ts";

const REJECTED: ReadonlySet<string> = /* @__PURE__ */ new Set(["allOf", "anyOf", "enum", "not", "oneOf"]);

/**
 * The schema of a tool's input as models get it. OpenAI and Anthropic reject all tools if one of them has such a keyword at
 * its top. What they say is checked by the toolbox.
 */
export function shownSchema(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !REJECTED.has(keyword)));
}
