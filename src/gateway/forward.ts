import { parseUuid } from "../wire/index.ts";
import { denied, GatewayRejection, malformed } from "./rejection.ts";
import { parseObject } from "./orders.ts";
import { pathOf, type Match } from "./routes.ts";
import type { Caller } from "./types.ts";
import type { UpstreamRequest } from "./upstream.ts";

const MAX_VALUE = 2000;

/** Builds the request to the platform from what is known about it; nothing else of the caller's request is sent on. */
export function buildRequest(
  request: Request,
  url: URL,
  match: Match,
  body: string,
  caller: Caller | undefined,
): UpstreamRequest {
  const { method } = request;
  const [endpoint] = match.route.endpoints;
  const query = readQuery(url, match.route.query);
  const fields = body === "" ? undefined : readFields(request, body);
  checkAgent(caller, [match.parameters["agentId"], query["agent_id"], fields?.["agent_id"]]);
  const search = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2C", ",")}`)
    .join("&");
  return {
    method,
    target: search === "" ? pathOf(match) : `${pathOf(match)}?${search}`,
    body: fields === undefined ? undefined : JSON.stringify(fields),
    withKey: endpoint?.access !== "public",
    agentId: caller?.agentId,
    traceId: traceIdOf(request),
  };
}

/** @throws GatewayRejection for parameters that the operation does not have, or has twice */
function readQuery(url: URL, known: ReadonlySet<string>): Readonly<Record<string, string>> {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) {
    if (!known.has(name) || Object.hasOwn(query, name))
      throw malformed("The query has a parameter that is unknown or repeated.");
    // eslint-disable-next-line no-control-regex -- control characters are what must not pass
    if (value.length > MAX_VALUE || /[\u0000-\u001f\u007f\ufffd]/.test(value))
      throw malformed("The query has a value that is not allowed.");
    query[name] = value;
  }
  return query;
}

function readFields(request: Request, body: string): Readonly<Record<string, unknown>> {
  if (request.method === "GET" || request.method === "DELETE") throw malformed("This method has no body.");
  checkType(request);
  return parseObject(body);
}

/** Pages can send other types without a pre-flight. */
export function checkType(request: Request): void {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(type))
    throw new GatewayRejection(415, "UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.");
}

/** The agent of the header, if it is the one that this caller acts for. */
export function checkAgentHeader(request: Request, caller: Caller | undefined): void {
  const header = request.headers.get("x-agent-id");
  if (header !== null && !isSameAgent(header, caller?.agentId)) throw denied("This caller may not act for this agent.");
}

/** A caller that acts for one agent may not name another one anywhere. */
function checkAgent(caller: Caller | undefined, named: readonly unknown[]): void {
  if (caller?.agentId === undefined) return;
  for (const agentId of named)
    if (agentId !== undefined && agentId !== null && !isSameAgent(agentId, caller.agentId))
      throw denied("This caller may not act for this agent.");
}

function isSameAgent(one: unknown, other: string | undefined): boolean {
  return typeof one === "string" && other !== undefined && (parseUuid(one) ?? one) === (parseUuid(other) ?? other);
}

function traceIdOf(request: Request): string | undefined {
  const traceId = request.headers.get("x-trace-id");
  return traceId !== null && /^[!-~]{1,128}$/.test(traceId) ? traceId : undefined;
}
