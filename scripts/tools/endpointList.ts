// The list of all endpoints by group. A list costs a page a third of what a loop over the exports of modules costs.
import { readGroups, TITLES } from "../api/methods.ts";

const HEAD = `// Written by "npm run tools" from src/endpoints.
import type { Endpoint } from "../../endpoints/index.ts";
`;

const TYPES = `
/** An endpoint with any arguments and result. */
export type AnyEndpoint = Endpoint<unknown, unknown>;

/** The endpoints of each group by name, groups in the order of the client's methods. */
export const endpointGroups: Readonly<Record<string, readonly AnyEndpoint[]>> = {
`;

/** The file src/tools/catalogue/endpointList.ts. */
export function endpointListFile(): string {
  const groups = readGroups();
  const rows = Object.keys(TITLES).flatMap((group) => {
    const names = [...groups].filter(([, other]) => other === group).map(([name]) => name);
    return names.length === 0 ? [] : [{ group, names: names.toSorted((a, b) => (a < b ? -1 : 1)) }];
  });
  const imports = rows
    .toSorted((a, b) => (a.group < b.group ? -1 : 1))
    .map(({ group, names }) => `import { ${names.join(", ")} } from "../../endpoints/${group}/index.ts";\n`);
  const lists = rows.map(({ group, names }) => `  ${group}: [${names.join(", ")}],\n`);
  return `${HEAD}${imports.join("")}${TYPES}${lists.join("")}};\n`;
}
