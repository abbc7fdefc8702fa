import { plainReply, withHeaders, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";

/** The route of a request with the parameters of its path, or the framework's reply if there is none. */
export type Match =
  | { readonly route: Route; readonly parameters: Readonly<Record<string, string>> }
  | { readonly reply: Reply };

export interface Router {
  match(method: string, url: URL): Match;
}

/** A node of the tree of paths. A lookup costs by the length of the path, not by the number of routes. */
interface Node {
  readonly literals: Map<string, Node>;
  parameter: Node | undefined;
  /** The routes that end here, by method. */
  readonly routes: Map<string, Route>;
}

export function createRouter(routes: readonly Route[]): Router {
  const root = createNode();
  for (const route of routes) {
    let node = root;
    for (const segment of route.segments) node = childFor(node, segment);
    if (!node.routes.has(route.method)) node.routes.set(route.method, route);
  }

  return {
    match(method, url) {
      const path = decodePath(url.pathname);
      const { segments, nodes } = findNodes(root, path);
      for (const node of nodes) {
        const route = node.routes.get(method);
        if (route !== undefined) return { route, parameters: parametersOf(route, segments) };
      }
      if (nodes.length > 0) return { reply: methodNotAllowed(nodes) };
      if (path.endsWith("/") && path.length > 1 && findNodes(root, path.slice(0, -1)).nodes.length > 0) {
        const location = `${url.origin}${url.pathname.slice(0, -1)}${url.search}`;
        return { reply: { status: 307, body: null, headers: { location } } };
      }
      return { reply: plainReply(404, "Not Found") };
    },
  };
}

/** The path as the platform routes it. It is decoded first, so an encoded slash separates segments too. */
export function decodePath(pathname: string): string {
  if (!pathname.includes("%")) return pathname;
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

function createNode(): Node {
  return { literals: new Map(), parameter: undefined, routes: new Map() };
}

/** The child for a segment of a route, created if missing. */
function childFor(node: Node, segment: string): Node {
  if (isParameter(segment)) return (node.parameter ??= createNode());
  let child = node.literals.get(segment);
  if (child === undefined) node.literals.set(segment, (child = createNode()));
  return child;
}

/** All nodes that a path leads to, literal ones first: `/agents/overview` also matches `/agents/{agent_id}`. */
function findNodes(root: Node, path: string): { readonly segments: readonly string[]; readonly nodes: Node[] } {
  const segments = path.split("/").slice(1);
  const nodes: Node[] = [];
  visit(root, segments, 0, nodes);
  return { segments, nodes };
}

function visit(node: Node, segments: readonly string[], at: number, found: Node[]): void {
  const segment = segments[at];
  if (segment === undefined) {
    if (node.routes.size > 0) found.push(node);
    return;
  }
  const literal = node.literals.get(segment);
  if (literal !== undefined) visit(literal, segments, at + 1, found);
  if (node.parameter !== undefined && segment !== "") visit(node.parameter, segments, at + 1, found);
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

function parametersOf(route: Route, segments: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [at, part] of route.segments.entries())
    if (isParameter(part)) parameters[part.slice(1, -1)] = segments[at] ?? "";
  return parameters;
}

function methodNotAllowed(nodes: readonly Node[]): Reply {
  const methods = new Set(nodes.flatMap(({ routes }) => [...routes.keys()]));
  return withHeaders(plainReply(405, "Method Not Allowed"), { allow: [...methods].toSorted().join(", ") });
}
