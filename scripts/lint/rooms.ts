// Enforces the table of allowed imports. Built-in import rules cannot express "nothing except these".
import { dirname, relative, resolve, sep } from "node:path";
import type { RuleContext, SyntaxNode } from "./syntax.ts";

export interface Room {
  /** Other rooms that this one may import. */
  readonly rooms: readonly string[];
  /** npm packages that this one may import. */
  readonly packages: readonly string[];
}

/**
 * A folder of src/, or a file directly in it, may import what its entry lists and nothing else. If a folder has entries
 * of its subfolders (`exchange/market`), each subfolder is a room of its own, and the folder's own files may import all
 * of them.
 */
export type Rooms = Readonly<Record<string, Room>>;

const NOTHING: Room = { rooms: [], packages: [] };

/** The room of a file. A subfolder without an entry is a room that may import nothing. */
function roomOf(rooms: Rooms, source: string, file: string): string {
  const [folder = "", subfolder, ...rest] = relative(source, file).split(sep);
  const isDivided = Object.keys(rooms).some((name) => name.startsWith(`${folder}/`));
  return isDivided && subfolder !== undefined && rest.length > 0 ? `${folder}/${subfolder}` : folder;
}

/** Whether a room is another one or a subfolder of it. */
const isWithin = (room: string, other: string): boolean => room === other || room.startsWith(`${other}/`);

const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** Why the file must not import the specifier; undefined if it may. */
function violation(rooms: Rooms, source: string, file: string, specifier: string): string | undefined {
  const room = roomOf(rooms, source, file);
  const allowed = rooms[room] ?? NOTHING;
  if (!specifier.startsWith(".")) {
    const name = packageOf(specifier);
    if (allowed.packages.includes(name)) return undefined;
    return `${room} may import ${allowed.packages.join(", ") || "no package"}, not ${name}.`;
  }
  const target = roomOf(rooms, source, resolve(dirname(file), specifier));
  if ([room, ...allowed.rooms].some((other) => isWithin(target, other))) return undefined;
  return `${room} may import ${allowed.rooms.join(", ") || "no other room"}, not ${target === ".." ? specifier : target}.`;
}

export const rooms = {
  meta: { schema: [{ type: "object" }] },
  create(context: RuleContext): Record<string, (node: SyntaxNode) => void> {
    const table = context.options[0] as Rooms;
    const check = (node: SyntaxNode): void => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const message = violation(table, resolve(context.cwd, "src"), context.filename, specifier);
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
