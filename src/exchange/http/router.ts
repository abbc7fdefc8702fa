import { plainReply, type Reply } from "./reply.ts";
import type { Route } from "./route.ts";

/** Where a path leads. */
export type Match =
  | { readonly route: Route; readonly path: Readonly<Record<string, string>> }
  | { readonly reply: Reply };

/** Finds the route of a request, or the framework's answer when there is none. */
export interface Router {
  match(method: string, path: string, target: URL): Match;
}

export function createRouter(routes: readonly Route[]): Router {
  // Routes with fewer parameters first: `/agents/overview` is no agent's id.
  const byLength = new Map<number, Route[]>();
  for (const each of routes.toSorted((a, b) => parameters(a) - parameters(b))) {
    const list = byLength.get(each.segments.length);
    if (list === undefined) byLength.set(each.segments.length, [each]);
    else list.push(each);
  }

  function candidates(path: string): { readonly route: Route; readonly path: Record<string, string> }[] {
    const segments = path.split("/").slice(1);
    const found: { readonly route: Route; readonly path: Record<string, string> }[] = [];
    for (const each of byLength.get(segments.length) ?? []) {
      const values = valuesOf(each.segments, segments);
      if (values !== undefined) found.push({ route: each, path: values });
    }
    return found;
  }

  return {
    match(method, path, target) {
      const found = candidates(path);
      const match = found.find((each) => each.route.method === method);
      if (match !== undefined) return match;
      if (found.length > 0) {
        const allowed = [...new Set(found.map((each) => each.route.method))].toSorted().join(", ");
        const reply = plainReply(405, "Method Not Allowed");
        return { reply: { ...reply, headers: { ...reply.headers, allow: allowed } } };
      }
      if (path.endsWith("/") && path.length > 1 && candidates(path.slice(0, -1)).length > 0) {
        const location = `${target.origin}${target.pathname.slice(0, -1)}${target.search}`;
        return { reply: { status: 307, body: null, headers: { location } } };
      }
      return { reply: plainReply(404, "Not Found") };
    },
  };
}

function parameters(route: Route): number {
  return route.segments.filter(isParameter).length;
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

/** The parameters of a path, undefined when it does not fit. */
function valuesOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at] as string;
    if (isParameter(part)) {
      if (segment === "") return undefined;
      values[part.slice(1, -1)] = segment;
    } else if (part !== segment) return undefined;
  }
  return values;
}
