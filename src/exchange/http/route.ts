import type { Endpoint } from "../../endpoints/endpoint.ts";
import { snakeCase, type Encodable } from "../../wire/index.ts";
import { Refusal } from "../engine/refusal.ts";
import type { Call } from "./call.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** One method of one path, and what answers it. */
export interface Route {
  readonly method: string;
  /** Segments of the whole path; `{order_id}` stands for a parameter. */
  readonly segments: readonly string[];
  readonly answer: (call: Call) => Reply;
}

/** The route of an endpoint: where it lives and what its answer looks like is written there. */
export function route<Input, Output>(
  endpoint: Endpoint<Input, Output>,
  handle: (call: Call) => Encodable<Output>,
  status = 200,
): Route {
  return bareRoute(endpoint.method, wirePath(endpoint.path), (call) =>
    jsonReply(status, endpoint.output.encode(handle(call))),
  );
}

/** A route of the platform that no endpoint describes. */
export function bareRoute(method: string, path: string, answer: (call: Call) => Reply): Route {
  return { method, segments: path.split("/").slice(1), answer };
}

/** A route of the platform that this exchange does not have. */
export function missingRoute(method: string, path: string): Route {
  return bareRoute(method, path, () => {
    throw new Refusal(
      "NOT_IMPLEMENTED",
      `${method} ${path} is part of the platform, but not of the embedded exchange.`,
    );
  });
}

function wirePath(path: string): string {
  const named = path.replace(/\{(\w+)\}/g, (_, name: string) => `{${snakeCase(name)}}`);
  return named.startsWith("//") ? named.slice(1) : `/api/v1${named}`;
}
