import { Rejection } from "../base/rejection.ts";
import type { Codec, Encodable } from "../../wire/index.ts";
import type { Agent } from "../engine/model.ts";
import type { Call, Prepared, RequestSchemas } from "./call.ts";
import type { ParameterName, ParametersOf } from "./parameters.ts";
import { jsonReply, type Reply } from "./reply.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A call of any route, whose contents the kernel does not read. */
export type AnyCall = Call<ParameterName>;

/** One method of one path. */
export interface Route {
  readonly method: string;
  /** The segments of the whole path, parameters in braces: `{order_id}`. */
  readonly segments: readonly string[];
  readonly schemas: RequestSchemas<unknown, unknown>;
  /** Runs as one synchronous step, so that no request sees the partial changes of another one. */
  readonly run: (call: AnyCall) => Reply;
  /** Slow work that changes nothing, such as hashing a password. It runs before `run()`. */
  readonly prepare?: ((call: AnyCall) => Promise<Prepared> | undefined) | undefined;
  /** For routes that place orders: the agent that the order belongs to. Such a route honours `Idempotency-Key`. */
  readonly orderOf?: ((call: AnyCall) => Agent | undefined) | undefined;
}

interface RouteOptions<Path extends string, Query, Body> extends RequestSchemas<Query, Body> {
  readonly prepare?: (call: Call<ParametersOf<Path>, Query, Body>) => Promise<Prepared> | undefined;
  readonly orderOf?: (call: Call<ParametersOf<Path>, Query, Body>) => Agent | undefined;
}

interface OutputOptions<Path extends string, Query, Body, Output> extends RouteOptions<Path, Query, Body> {
  readonly output: Codec<Output>;
  /** The status of a successful reply; default 200. */
  readonly status?: number;
}

/** A route that replies with an endpoint's output record, which the client decodes the reply with. */
export function route<const Path extends string, Query, Body, Output>(
  target: `${Method} ${Path}`,
  options: OutputOptions<Path, Query, Body, Output>,
  run: (call: Call<ParametersOf<Path>, Query, Body>) => Encodable<Output>,
): Route {
  const { output, status = 200, ...rest } = options;
  return replyRoute(target, rest, (call) => jsonReply(status, output.encode(run(call))));
}

/** A route that builds its reply itself. */
export function replyRoute<const Path extends string, Query, Body>(
  target: `${Method} ${Path}`,
  { query, body, prepare, orderOf }: RouteOptions<Path, Query, Body>,
  run: (call: Call<ParametersOf<Path>, Query, Body>) => Reply,
): Route {
  const [method = "", path = ""] = target.split(" ");
  const segments = path.split("/").slice(1);
  return { method, segments, schemas: { query, body }, run, prepare, orderOf } as Route;
}

/** A route of the platform that the embedded exchange does not have. */
export function missingRoute(method: Method, path: string): Route {
  return replyRoute(`${method} ${path}`, {}, () => {
    throw new Rejection(
      "NOT_IMPLEMENTED",
      `${method} ${path} is part of the platform, but not of the embedded exchange.`,
    );
  });
}
