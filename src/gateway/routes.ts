import { endpointsByName } from "../tools/catalogue/endpoints.ts";
import type { AnyEndpoint } from "../tools/catalogue/endpointList.ts";
import { CREDENTIAL_OPERATIONS } from "../tools/catalogue/secrets.ts";
import { toolNames } from "../tools/catalogue/sets.ts";
import { snakeCase } from "../wire/index.ts";
import type { ToolSet } from "../tools/index.ts";

/** The endpoints of one method and path. Orders share one. */
export interface Route {
  readonly endpoints: readonly AnyEndpoint[];
  readonly segments: readonly Segment[];
  /** Names of the query's parameters on the wire. */
  readonly query: ReadonlySet<string>;
}

/** A literal part of a path, or the name of a parameter. */
interface Segment {
  readonly text: string;
  readonly isParameter: boolean;
}

/** A route, and the values of the parameters in its path. */
export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Letters, digits, hyphens and underscores: enough for symbols, UUIDs and numbers, and nothing that has to be encoded. */
const PARAMETER = /^[A-Za-z0-9_-]{1,128}$/;

/** All routes by path, and those by method. */
const paths: ReadonlyMap<string, ReadonlyMap<string, Route>> = /* @__PURE__ */ createPaths();
const byLength: ReadonlyMap<number, readonly ReadonlyMap<string, Route>[]> = /* @__PURE__ */ groupByLength();

function createPaths(): ReadonlyMap<string, ReadonlyMap<string, Route>> {
  const found = new Map<string, Map<string, Route>>();
  for (const endpoint of endpointsByName.values()) {
    const { base = "/api/v1", path, method } = endpoint;
    const pattern = (base + path).replaceAll(/\{\w+\}/g, "{}");
    const methods = found.get(pattern) ?? new Map<string, Route>();
    found.set(pattern, methods);
    const known = methods.get(method);
    const segments = known?.segments ?? (base + path).slice(1).split("/").map(segmentOf);
    const query = new Set([...(known?.query ?? []), ...queryOf(endpoint, segments)]);
    methods.set(method, { endpoints: [...(known?.endpoints ?? []), endpoint], segments, query });
  }
  return found;
}

function groupByLength(): ReadonlyMap<number, readonly ReadonlyMap<string, Route>[]> {
  const groups = new Map<number, ReadonlyMap<string, Route>[]>();
  for (const methods of paths.values()) {
    const length = segmentsOf(methods).length;
    groups.set(length, [...(groups.get(length) ?? []), methods]);
  }
  return groups;
}

function segmentOf(text: string): Segment {
  const isParameter = text.startsWith("{");
  return { text: isParameter ? text.slice(1, -1) : text, isParameter };
}

function segmentsOf(methods: ReadonlyMap<string, Route>): readonly Segment[] {
  const [route] = methods.values();
  return route?.segments ?? [];
}

interface Rule {
  readonly pipe?: readonly Rule[];
  readonly entries?: Readonly<Record<string, unknown>>;
}

/** The arguments of an endpoint's schema that are sent in the query. */
function queryOf({ method, input, queryOnly }: AnyEndpoint, segments: readonly Segment[]): readonly string[] {
  if (method !== "GET" && method !== "DELETE" && queryOnly !== true) return [];
  const names = (rule: Rule): readonly string[] =>
    rule.pipe === undefined ? Object.keys(rule.entries ?? {}) : rule.pipe.flatMap(names);
  const inPath = new Set(segments.filter(({ isParameter }) => isParameter).map(({ text }) => text));
  return names(input as Rule)
    .filter((name) => !inPath.has(name))
    .map(snakeCase);
}

/**
 * Finds the route of a path. A literal path wins over one with parameters in any notation, so that nobody reaches
 * `/agents/overview` as the agent "Overview".
 *
 * @returns "unknown path" or "unknown method" if there is none
 */
export function matchRoute(method: string, pathname: string): Match | "unknown path" | "unknown method" {
  const parts = pathname.slice(1).split("/");
  let best: { readonly methods: ReadonlyMap<string, Route>; readonly score: string } | undefined;
  for (const methods of byLength.get(parts.length) ?? []) {
    const score = scoreOf(segmentsOf(methods), parts);
    if (score !== undefined && (best === undefined || score < best.score)) best = { methods, score };
  }
  if (best === undefined || !isSpelledRight(segmentsOf(best.methods), parts)) return "unknown path";
  const route = best.methods.get(method);
  if (route === undefined) return "unknown method";
  const named = route.segments.map(({ text, isParameter }, index) => [isParameter, text, parts[index] ?? ""] as const);
  const parameters = named.filter(([isParameter]) => isParameter).map(([, name, value]) => [name, value] as const);
  return { route, parameters: Object.fromEntries(parameters) };
}

/** The smaller, the more specific; undefined if the path does not fit. */
function scoreOf(segments: readonly Segment[], parts: readonly string[]): string | undefined {
  let score = "";
  for (const [index, { text, isParameter }] of segments.entries()) {
    const part = parts[index] ?? "";
    if (isParameter ? !PARAMETER.test(part) : part.toLowerCase() !== text.toLowerCase()) return undefined;
    score += isParameter ? "1" : "0";
  }
  return score;
}

function isSpelledRight(segments: readonly Segment[], parts: readonly string[]): boolean {
  return segments.every(({ text, isParameter }, index) => isParameter || parts[index] === text);
}

/** The path of a match, built anew. */
export function pathOf({ route, parameters }: Match): string {
  return `/${route.segments.map(({ text, isParameter }) => (isParameter ? parameters[text] : text)).join("/")}`;
}

/** The operations of an allow list. @throws TypeError for an unknown name, or one that only handles credentials */
export function allowedOperations(allow: ToolSet | readonly string[]): ReadonlySet<string> {
  const names = new Set(toolNames(allow));
  for (const name of CREDENTIAL_OPERATIONS)
    if (names.has(name)) throw new TypeError(`The operation "${name}" handles keys, which must not pass a gateway.`);
  return names;
}
