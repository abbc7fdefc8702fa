import type * as v from "valibot";
import { snakeCase, type Codec } from "../wire/index.ts";

/** Whose budget of requests a call uses; `none` has no limit. */
export type Tier = "orders" | "backtest" | "training" | "general" | "login" | "register" | "market" | "none";

/**
 * What a call does to the platform, which decides what may be repeated and who goes first:
 * `read` and `cancel` may run twice; an `order` and a `write` only when they did not run.
 */
export type Effect = "read" | "cancel" | "order" | "write";

/** What a call needs: nothing, any credential, or a credential with an agent. */
export type Access = "public" | "account" | "agent";

/** Validated arguments, as they go on the wire but for the names' case. */
export type Params = Readonly<Record<string, unknown>>;

/** The arguments of a call that takes none. */
export type NoArguments = Readonly<Record<string, never>>;

/** What an answer shows beside what was asked for. */
export interface Evidence {
  /** The exchange's own time when it answered. */
  readonly serverTime?: Date | null;
  /** Ids of orders that exist. */
  readonly orderIds?: readonly string[];
}

/** The contract of one endpoint. `Body` is the type of the response body where the method returns only its list. */
export interface Endpoint<Input, Output, Body = Output> {
  /** The client method's name. */
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Follows `base`; `{orderId}` is a parameter. */
  readonly path: string;
  /** What precedes the path; default `/api/v1`. */
  readonly base?: "" | "/api/v1";
  readonly input: v.GenericSchema<Input, Params>;
  /** The response body. */
  readonly output: Codec<Body>;
  /** The list in the response body. Every method that returns a list returns a plain array. */
  list?(body: Body): Output;
  readonly access: Access;
  readonly tier: Tier;
  readonly effect: Effect;
  /** The platform wants a body even when every argument in it is left out. */
  readonly bodyRequired?: boolean;
  /** Statuses beyond 2xx that carry the same answer. */
  readonly success?: readonly number[];
  /** What an answer shows of the exchange's clock and of orders that exist; none when left out. */
  evidence?(body: Body): Evidence;
}

/** The names in braces of a path. */
type PathParameter<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameter<Rest>
  : never;

/** All arguments as required ones, at every depth, since an optional one too many or too few is assignable. */
type AllArguments<T> = T extends object
  ? { readonly [Name in keyof T as Accepted<T[Name]> extends true ? Name : never]-?: AllArguments<T[Name]> }
  : T;

/** False for arguments that are only known in order to be unsupported. */
type Accepted<T> = [Exclude<T, undefined>] extends [never] ? false : true;

/** Whether two types have the same arguments. */
export type Same<A, B> = [A, AllArguments<A>] extends [B, AllArguments<B>]
  ? [B, AllArguments<B>] extends [A, AllArguments<A>]
    ? true
    : false
  : false;

/** A schema that accepts `Input`: no less, no more. */
export type SchemaOf<Input, Schema extends v.GenericSchema> =
  Same<v.InferInput<Schema>, Input> extends true ? Schema : { readonly problem: "The schema accepts other arguments." };

/** A path whose parameters are required strings of the schema's input. */
type PathOf<Path extends string, Schema extends v.GenericSchema> =
  v.InferInput<Schema> extends Readonly<Record<PathParameter<Path>, string>>
    ? Path
    : { readonly problem: "The path has a parameter that the schema does not have." };

/**
 * An endpoint; a GET reads unless it says otherwise. The schema and the path decide which arguments it takes, so an
 * annotation that promises other ones does not compile.
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

/** A request without host and credentials. */
export interface WireRequest {
  readonly method: Endpoint<unknown, unknown>["method"];
  /** Path and query, ready to be appended to an origin. */
  readonly target: string;
  /** JSON text, undefined when there is none. */
  readonly body: string | undefined;
}

/** Arguments to request: those the path names go there, the rest into the query (GET, DELETE) or the body. */
export function toWireRequest(target: Endpoint<unknown, unknown>, params: Params): WireRequest {
  const { method, base = "/api/v1" } = target;
  const inBody = method === "POST" || method === "PUT";
  let { path } = target;
  let query = "";
  let body: Record<string, unknown> | undefined = target.bodyRequired === true ? {} : undefined;
  for (const name in params) {
    const value = params[name];
    if (value === undefined) continue;
    const slot = `{${name}}`;
    if (path.includes(slot)) path = path.replace(slot, () => encodeURIComponent(value as string));
    else if (inBody) (body ??= {})[snakeCase(name)] = value;
    else
      query += `${query === "" ? "?" : "&"}${snakeCase(name)}=${encodeURIComponent(value as string | number | boolean).replaceAll("%2C", ",")}`;
  }
  return { method, target: base + path + query, body: body === undefined ? undefined : JSON.stringify(body) };
}
