// Tables of operations for documents that agents read.
import { snakeCase } from "../../src/wire/index.ts";
import { endpointGroups, type AnyEndpoint } from "../../src/tools/catalogue/endpointList.ts";
import { validate } from "../../src/endpoints/index.ts";
import { exampleOf } from "../../src/tools/schema/example.ts";
import { operation, type JsonSchema } from "../../src/tools/index.ts";
import { TITLES } from "../api/methods.ts";

/** One table for each group: name, arguments and description, with the effect if it is not a read. */
export function operationTables(heading: string): string {
  return Object.entries(endpointGroups)
    .map(([group, endpoints]) =>
      [
        `${heading} ${TITLES[group] ?? group}`,
        "",
        "| operation | arguments | |",
        "| --- | --- | --- |",
        ...endpoints.map(operationRow),
        "",
      ].join("\n"),
    )
    .join("\n");
}

function operationRow({ name, effect }: AnyEndpoint): string {
  const { description = "", inputSchema } = operation(name) ?? {};
  const kind = effect === "read" ? "" : ` (${effect})`;
  return `| \`${name}\`${kind} | ${argumentList(inputSchema)} | ${description.replaceAll("|", "\\|")} |`;
}

/** `symbol`, `limit?`: optional arguments end with a question mark. */
function argumentList(schema: JsonSchema = {}): string {
  const required = (schema["required"] ?? []) as readonly string[];
  return Object.keys((schema["properties"] ?? {}) as object)
    .map((name) => `\`${name}${required.includes(name) ? "" : "?"}\``)
    .join(", ");
}

/** Rows with the HTTP request of each operation, arguments in their wire form. */
export function requestRows(group: string): readonly string[] {
  return (endpointGroups[group] ?? []).map((endpoint) => {
    const { description = "", inputSchema } = operation(endpoint.name) ?? {};
    const [sentence = ""] = description.split(/(?<=\.) /);
    return `| \`${requestOf(endpoint, inputSchema)}\` | ${sentence.replaceAll(/\btriggerPrice\b/g, "price")} |`;
  });
}

function requestOf(endpoint: AnyEndpoint, schema: JsonSchema = {}): string {
  const { method, base = "/api/v1", path } = endpoint;
  const required = Object.keys((schema["properties"] ?? {}) as object);
  // Validated, because orders send their arguments under other names.
  const params = Object.entries(validate(endpoint, exampleOf({ ...schema, required })));
  const others = params.filter(([name]) => !path.includes(`{${name}}`));
  const where = `${method} ${base}${path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => `{${snakeCase(name)}}`)}`;
  if (others.length === 0) return where;
  const names = others.map(([name, value]) => (name === "type" ? `type: "${String(value)}"` : snakeCase(name)));
  return method === "GET" || method === "DELETE" ? `${where}?${names.join("&")}` : `${where} {${names.join(", ")}}`;
}
