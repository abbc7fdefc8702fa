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

/** A point that paths lead to and through: finding a route costs by its length, not by the number of routes. */
interface Place {
  readonly literals: Map<string, Place>;
  parameter: Place | undefined;
  /** Routes that end here, by method. */
  readonly routes: Map<string, Route>;
}

export function createRouter(routes: readonly Route[]): Router {
  const root = newPlace();
  for (const route of routes) {
    let place = root;
    for (const segment of route.segments) place = next(place, segment);
    if (!place.routes.has(route.method)) place.routes.set(route.method, route);
  }

  /** All places that a path leads to; `/agents/overview` is itself before it is an agent's id. */
  function placesOf(path: string): { readonly segments: readonly string[]; readonly places: readonly Place[] } {
    const segments = path.split("/").slice(1);
    const places: Place[] = [];
    walk(root, segments, 0, places);
    return { segments, places };
  }

  return {
    match(method, path, target) {
      const { segments, places } = placesOf(path);
      for (const place of places) {
        const route = place.routes.get(method);
        if (route !== undefined) return { route, path: valuesOf(route.segments, segments) };
      }
      if (places.length > 0) {
        const methods = new Set<string>();
        for (const place of places) for (const allowed of place.routes.keys()) methods.add(allowed);
        const reply = plainReply(405, "Method Not Allowed");
        return { reply: { ...reply, headers: { ...reply.headers, allow: [...methods].toSorted().join(", ") } } };
      }
      if (path.endsWith("/") && path.length > 1 && placesOf(path.slice(0, -1)).places.length > 0) {
        const location = `${target.origin}${target.pathname.slice(0, -1)}${target.search}`;
        return { reply: { status: 307, body: null, headers: { location } } };
      }
      return { reply: plainReply(404, "Not Found") };
    },
  };
}

function newPlace(): Place {
  return { literals: new Map(), parameter: undefined, routes: new Map() };
}

/** The place one segment of a route further on, made when there is none yet. */
function next(place: Place, segment: string): Place {
  if (isParameter(segment)) return (place.parameter ??= newPlace());
  let found = place.literals.get(segment);
  if (found === undefined) place.literals.set(segment, (found = newPlace()));
  return found;
}

function walk(place: Place, segments: readonly string[], at: number, found: Place[]): void {
  if (at === segments.length) {
    if (place.routes.size > 0) found.push(place);
    return;
  }
  const segment = segments[at] as string;
  const literal = place.literals.get(segment);
  if (literal !== undefined) walk(literal, segments, at + 1, found);
  if (place.parameter !== undefined && segment !== "") walk(place.parameter, segments, at + 1, found);
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

/** The parameters of a path that fits. */
function valuesOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (let at = 0; at < pattern.length; at++) {
    const part = pattern[at] as string;
    if (isParameter(part)) values[part.slice(1, -1)] = segments[at] as string;
  }
  return values;
}
