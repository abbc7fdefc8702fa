import type * as v from "valibot";
import { snakeCase, type Codec } from "../wire/index.ts";

/** The rate limit that a call counts against; `none` has no limit. */
export type Tier = "orders" | "backtest" | "training" | "general" | "login" | "register" | "market" | "none";

/**
 * What a call does on the platform. It decides whether the call may be repeated, and its priority: a `read` or `cancel` may
 * run twice; an `order` or `write` is repeated only if it was not executed.
 */
export type Effect = "read" | "cancel" | "order" | "write";

/** What a call requires: no credentials, any credentials, or credentials that act for an agent. */
export type Access = "public" | "account" | "agent";

/** Validated arguments in their wire form, except that names are still in camelCase. */
export type Params = Readonly<Record<string, unknown>>;

/** The arguments of a method that takes none. */
export type NoArguments = Readonly<Record<string, never>>;

/** What a response reveals beyond its result. */
export interface Evidence {
  /** The exchange's time when it created the response. */
  readonly serverTime?: Date | null;
  /** IDs of orders that exist. */
  readonly orderIds?: readonly string[];
}

/** The contract of one endpoint. `Body` is the response body, if the method returns only the list in it. */
export interface Endpoint<Input, Output, Body = Output> {
  /** The name of the client method. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Appended to `base`. `{orderId}` is a parameter. */
  readonly path: string;
  /** Prefix of the path; default `/api/v1`. */
  readonly base?: "" | "/api/v1";
  readonly input: v.GenericSchema<Input, Params>;
  /** The response body. */
  readonly output: Codec<Body>;
  /** The list in the response body. Every method that returns a list returns a plain array. */
  list?(body: Body): Output;
  readonly access: Access;
  readonly tier: Tier;
  readonly effect: Effect;
  /** Whether the platform requires a body even if all arguments in it are omitted. */
  readonly bodyRequired?: boolean;
  /** Whether the platform reads all arguments from the query, although the method has a body. */
  readonly queryOnly?: boolean;
  /** Whether the response body is plain text or Markdown, which `output` decodes as a string, rather than JSON. */
  readonly textBody?: boolean;
  /** Statuses other than 2xx with the same response body. */
  readonly success?: readonly number[];
  /** What a response reveals about the exchange's clock and about existing orders. */
  evidence?(body: Body): Evidence;
}

/** The names in braces in a path. */
type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

/** All arguments made required, at every depth, because TypeScript allows assignments that differ in optional ones. */
type AllArguments<T> = T extends object
  ? { readonly [Name in keyof T as IsAccepted<T[Name]> extends true ? Name : never]-?: AllArguments<T[Name]> }
  : T;

/** False for arguments that are declared only to be rejected. */
type IsAccepted<T> = [Exclude<T, undefined>] extends [never] ? false : true;

/** Whether two types have the same arguments. */
export type Same<A, B> = [A, AllArguments<A>] extends [B, AllArguments<B>]
  ? [B, AllArguments<B>] extends [A, AllArguments<A>]
    ? true
    : false
  : false;

/** A schema that accepts exactly `Input`. */
export type SchemaOf<Input, Schema extends v.GenericSchema> =
  Same<v.InferInput<Schema>, Input> extends true ? Schema : { readonly problem: "The schema accepts other arguments." };

/** A path whose parameters are all required strings or numbers in the schema's input. */
type PathOf<Path extends string, Schema extends v.GenericSchema> =
  v.InferInput<Schema> extends Readonly<Record<PathParameter<Path>, string | number>>
    ? Path
    : { readonly problem: "The path has a parameter that the schema does not have." };

/**
 * Defines an endpoint. `effect` defaults to `read` for GET and to `write` otherwise. Its arguments are those of the schema
 * and the path: an annotation with other arguments does not compile.
 */
// @__NO_SIDE_EFFECTS__
export function endpoint<
  const Path extends string,
  Schema extends v.GenericSchema<Input, Params>,
  Body,
  Output = Body,
  Input = v.InferInput<Schema>,
>(
  definition: Omit<Endpoint<Input, Output, Body>, "effect" | "path" | "input"> & {
    readonly path: Path & PathOf<Path, Schema>;
    readonly input: Schema & SchemaOf<Input, Schema>;
    readonly effect?: Effect;
  } & ([Body] extends [Output] ? unknown : { list(body: Body): Output }),
): Endpoint<Input, Output, Body> {
  return { effect: definition.method === "GET" ? "read" : "write", ...definition };
}

/** A request without its origin and credentials. */
export interface WireRequest {
  readonly method: Endpoint<unknown, unknown>["method"];
  /** Path and query, to be appended to an origin. */
  readonly target: string;
  /** Serialized JSON; undefined if the request has no body. */
  readonly body: string | undefined;
}

/** Builds the request. Arguments named in the path go there, the others into the query (GET, DELETE, `queryOnly`) or the body. */
export function toWireRequest(target: Endpoint<unknown, unknown>, params: Params): WireRequest {
  const { method, base = "/api/v1" } = target;
  const inBody = method !== "GET" && method !== "DELETE" && target.queryOnly !== true;
  let { path } = target;
  let query = "";
  let body: Record<string, unknown> | undefined = target.bodyRequired === true ? {} : undefined;
  for (const name in params) {
    const value = params[name];
    if (value === undefined) continue;
    const slot = `{${name}}`;
    if (path.includes(slot)) path = path.replace(slot, () => encodeParameter(value));
    else if (inBody) (body ??= {})[snakeCase(name)] = value;
    else query += `${query === "" ? "?" : "&"}${snakeCase(name)}=${encodeParameter(value).replaceAll("%2C", ",")}`;
  }
  return { method, target: base + path + query, body: body === undefined ? undefined : JSON.stringify(body) };
}

/** Schemas let only strings, numbers and booleans into paths and queries. */
function encodeParameter(value: unknown): string {
  return encodeURIComponent(value as string | number | boolean);
}
