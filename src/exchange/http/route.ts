import type { Codec, Encodable } from "../../wire/index.ts";
import type { Agent } from "../engine/model.ts";
import { Rejection } from "../base/rejection.ts";
import type { Call, Prepared } from "./call.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** One method of one path, and what answers it. */
export interface Route {
  readonly method: string;
  /** Segments of the whole path; `{order_id}` stands for a parameter. */
  readonly segments: readonly string[];
  readonly answer: (call: Call) => Reply;
  /** Work that takes a while and changes nothing: it is done first, as carrying out a call is one step. */
  readonly prepare?: (call: Call) => Promise<Prepared> | undefined;
  /** Of a route that places orders: whose order it is. Such a route honours `Idempotency-Key`. */
  readonly orderOf?: (call: Call) => Agent | undefined;
}

/** A route whose answer is that of an endpoint: the client reads it by the same description. */
export function route<Output>(
  method: string,
  path: string,
  output: Codec<Output>,
  handle: (call: Call) => Encodable<Output>,
  status = 200,
): Route {
  return bareRoute(method, path, (call) => jsonReply(status, output.encode(handle(call))));
}

/** A route with work that is done before its call is carried out. */
export function prepared(prepare: NonNullable<Route["prepare"]>, carriedOut: Route): Route {
  return { ...carriedOut, prepare };
}

/** A route that places an order for an agent. */
export function orderRoute(orderOf: (call: Call) => Agent | undefined, placing: Route): Route {
  return { ...placing, orderOf };
}

/** A route of the platform that no endpoint describes. */
export function bareRoute(method: string, path: string, answer: (call: Call) => Reply): Route {
  return { method, segments: path.split("/").slice(1), answer };
}

/** A route of the platform that this exchange does not have. */
export function missingRoute(method: string, path: string): Route {
  return bareRoute(method, path, () => {
    throw new Rejection(
      "NOT_IMPLEMENTED",
      `${method} ${path} is part of the platform, but not of the embedded exchange.`,
    );
  });
}
