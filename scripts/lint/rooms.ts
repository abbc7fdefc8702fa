// The table "who may import whom" as a lint rule: native import rules cannot say "nothing but these".
import { dirname, relative, resolve, sep } from "node:path";
import type { RuleContext, SyntaxNode } from "./syntax.ts";

export interface Room {
  /** Other rooms that this one may import. */
  readonly rooms: readonly string[];
  /** npm packages that this one may import. */
  readonly packages: readonly string[];
}

/** A folder of src/, or a file directly in it: may import what is listed, and nothing else. */
export type Rooms = Readonly<Record<string, Room>>;

const pathInside = (folder: string, file: string): string[] => relative(folder, file).split(sep);

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** Why the file must not import the specifier, or nothing. */
function refusal(rooms: Rooms, source: string, file: string, specifier: string): string | undefined {
  const [room = ""] = pathInside(source, file);
  const allowed = rooms[room] ?? { rooms: [], packages: [] };
  if (!specifier.startsWith(".")) {
    const name = packageOf(specifier);
    if (allowed.packages.includes(name)) return undefined;
    return `${room} may import ${allowed.packages.join(", ") || "no package"}, not ${name}.`;
  }
  const [target = ""] = pathInside(source, resolve(dirname(file), specifier));
  if (target === room || allowed.rooms.includes(target)) return undefined;
  return `${room} may import ${allowed.rooms.join(", ") || "no other room"}, not ${target === ".." ? specifier : target}.`;
}

export const rooms = {
  meta: { schema: [{ type: "object" }] },
  create(context: RuleContext): Record<string, (node: SyntaxNode) => void> {
    const table = context.options[0] as Rooms;
    const check = (node: SyntaxNode): void => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const message = refusal(table, resolve(context.cwd, "src"), context.filename, specifier);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      TSImportType: check,
    };
  },
};
